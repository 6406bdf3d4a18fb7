namespace Causeway.TinyModels;

/// <summary>A folder of its own for models, that goes with the test.</summary>
public sealed class TinyFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("causeway-tiny-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Left to the system's own cleaning: a file in use must not hide the test's result.
        }
    }
}
