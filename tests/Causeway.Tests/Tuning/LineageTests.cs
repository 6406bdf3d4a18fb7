using Causeway.Models;
using Causeway.Testing;
using Causeway.Tuning;

namespace Causeway.Tests.Tuning;

public sealed class LineageTests : IDisposable
{
    private static readonly Lineage _lineage = new(
        "aa", "tiny", "bb", null, TuningMethod.Dpo, new TuningHyperparameters(3, 2048, 1e-4, 16, 32, 0.1, 0.05, null), 7, "0.1.0", null);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lineage_is_read_as_it_was_written()
    {
        _lineage.Write(_folder.Path);

        Assert.Equal(_lineage, Lineage.Read(_folder.Path));
        Assert.Contains("\"dataset_hash\": \"bb\"", File.ReadAllText(_folder.File("lineage.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_one_has_none() => Assert.Null(Lineage.Read(_folder.Path));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("{\"base_hash\":null}")]
    public void What_is_no_lineage_is_not_taken_for_one(string json)
    {
        File.WriteAllText(_folder.File("lineage.json"), json);

        Assert.Contains("is no lineage", Assert.Throws<ModelStoreException>(() => Lineage.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_have_one_hash_wherever_they_lie_and_another_when_a_byte_differs()
    {
        var (one, two, three) = (Weights("one", 1), Weights("two", 1), Weights("three", 2));
        File.WriteAllText(Path.Combine(two, "README.md"), "not weights");

        Assert.Equal(WeightsHash.Of(one), WeightsHash.Of(two));
        Assert.NotEqual(WeightsHash.Of(one), WeightsHash.Of(three));
    }

    private string Weights(string name, byte value)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), [value]);
        return folder;
    }
}
