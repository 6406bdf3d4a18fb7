using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Spec.Plans;

/// <summary>A new key: shown once to a person, then known by its hash only.</summary>
/// <param name="Key"><c>cw-</c> and 43 base64url characters: 256 random bits.</param>
/// <param name="Hash">What the spec lists, see <see cref="KeyHash.Of"/>.</param>
public sealed record NewKey(string Key, string Hash)
{
    /// <summary>The hash only, so that a key does not get into a log with the record it is in.</summary>
    public override string ToString() => Hash;
}

/// <summary>Makes keys for callers, and the hashes by which a spec knows them.</summary>
public static class KeyHash
{
    private const int KeyBytes = 32;

    /// <summary>A key from the system's random number generator, and its hash. Thread-safe.</summary>
    public static NewKey New()
    {
        var key = "cw-" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        return new NewKey(key, Of(key));
    }

    /// <summary><c>sha256:</c> and 64 lower-case hex digits of the key's UTF-8 bytes.</summary>
    public static string Of(string key) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
