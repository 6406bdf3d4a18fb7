using System.Security.Cryptography;
using System.Text;

namespace Causeway.Tuning;

/// <summary>What tells two sets of weights apart, whatever their files are called and wherever they lie.</summary>
internal static class WeightsHash
{
    private static readonly string[] _kinds = [".safetensors", ".gguf"];
    private static readonly string[] _configs = ["config.json", "adapter_config.json"];

    /// <summary>SHA-256, in lower hexadecimals, of a .gguf file, or of a folder's configuration and weights by name. Reads all of them: seconds for gigabytes.</summary>
    /// <param name="path">A model or an adapter.</param>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static string Of(string path)
    {
        if (!Directory.Exists(path)) return Convert.ToHexStringLower(HashOf(path));
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(path).Where(Counts).OrderBy(Path.GetFileName, StringComparer.Ordinal))
        {
            all.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file) + "\0"));
            all.AppendData(HashOf(file));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static byte[] HashOf(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return SHA256.HashData(stream);
    }

    private static bool Counts(string file) => _kinds.Contains(Path.GetExtension(file)) || _configs.Contains(Path.GetFileName(file));
}
