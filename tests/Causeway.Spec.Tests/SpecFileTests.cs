namespace Causeway.Spec.Tests;

public sealed class SpecFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-spec-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_gives_the_plan_of_its_text() =>
        Assert.Equal(Specs.Plan(Specs.Smallest).Hash, Compile(Write(Specs.Smallest)).Plan?.Hash);

    [Fact]
    public void A_file_that_is_not_there_is_a_diagnostic() => Says("SPEC0001", Path.Combine(_folder, "nowhere", "causeway.yaml"));

    [Fact]
    public void A_folder_is_a_diagnostic() => Says("SPEC0001", _folder);

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_path_that_is_none_is_a_diagnostic(string path) => Says("SPEC0001", path);

    [Fact]
    public void A_file_that_is_not_utf8_is_a_diagnostic() => Says("SPEC0003", Write([(byte)'a', 0xFF, 0xFE]));

    [Fact]
    public void A_file_that_is_too_large_is_a_diagnostic() => Says("SPEC0002", Write(new byte[SpecCompiler.MaxBytes + 1]));

    private static void Says(string code, string path) => Assert.Equal(code, Assert.Single(Compile(path).Diagnostics).Code);

    private static CompileOutcome Compile(string path) => SpecFile.Compile(path, Specs.Environment);

    private string Write(string text) => Write(System.Text.Encoding.UTF8.GetBytes(text));

    private string Write(byte[] content)
    {
        var path = Path.Combine(_folder, "causeway.yaml");
        File.WriteAllBytes(path, content);
        return path;
    }
}
