using System.Text.RegularExpressions;

namespace Causeway.Wire.Errors;

/// <summary>
/// Makes an upstream's error text fit to be shown to a caller: no keys, no addresses, no paths or stack traces, no more than
/// <see cref="MaxLength"/> characters. Cold path; time is linear in the text.
/// </summary>
public static partial class UpstreamErrorText
{
    /// <summary>In UTF-16 units.</summary>
    public const int MaxLength = 2000;

    // Read no more than an error body may have.
    private const int MaxRead = 64 * 1024;

    // A shorter "secret" would blot out ordinary words.
    private const int MinSecret = 4;

    /// <param name="text">The upstream's words.</param>
    /// <param name="secrets">Values that must not appear: the upstream's key, the values of its extra headers.</param>
    /// <param name="host">The host of the upstream's base URL.</param>
    public static string Clean(string text, IEnumerable<string> secrets, string? host)
    {
        if (text.Length > MaxRead) text = text[..MaxRead];
        foreach (var secret in secrets)
            if (secret.Length >= MinSecret) text = text.Replace(secret, "[secret]", StringComparison.Ordinal);
        text = StackLine().Replace(text, "");
        text = Bearer().Replace(text, "[secret]");
        text = Key().Replace(text, "[secret]");
        text = Url().Replace(text, "[url]");
        if (!string.IsNullOrEmpty(host)) text = text.Replace(host, "[host]", StringComparison.OrdinalIgnoreCase);
        text = V6().Replace(text, "[address]");
        text = V4().Replace(text, "[address]");
        text = HostPort().Replace(text, "[address]");
        text = InternalHost().Replace(text, "[host]");
        text = FilePath().Replace(text, "[path]");
        text = text.Trim();
        return text.Length <= MaxLength ? text : text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
    }

    [GeneratedRegex(@"^[ \t]*(?:at [\w.<>`+\[\]]+\(.*|File "".*|Traceback \(most recent call last\):.*)\r?\n?", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex StackLine();

    [GeneratedRegex(@"\b(?:Bearer|Basic)\s+[^\s""',;]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bearer();

    // OpenAI and its imitators, AWS key ids, Hugging Face, GitHub, Google, JWTs.
    [GeneratedRegex(@"\b(?:sk-[\w*.-]{3,}|(?:AKIA|ASIA|ABSK|AIza)[\w+/=*-]{8,}|(?:hf|gh[a-z]|xox[a-z]|bedrock-api-key)[_-][\w+/=*-]{8,}|eyJ[\w-]{8,}\.[\w.-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{1,15}://[^\s""'<>)\]}]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex(@"(?<![\w:])\[?(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?::[0-9a-f]{1,4}){0,6}(?:%\w+)?\]?(?::\d{1,5})?(?![\w:])|(?<![\w:])\[?::(?:ffff:)?[0-9a-f.]*[0-9a-f]\]?(?::\d{1,5})?(?![\w:])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex V6();

    [GeneratedRegex(@"\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5})?", RegexOptions.CultureInvariant)]
    private static partial Regex V4();

    [GeneratedRegex(@"\b(?:localhost|[\w-]+(?:\.[\w-]+)+):\d{1,5}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HostPort();

    [GeneratedRegex(@"\blocalhost\b|\b[\w-]+(?:\.[\w-]+)*\.(?:local|internal|lan|intranet|corp|localdomain|svc|cluster)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InternalHost();

    [GeneratedRegex(@"(?<![\w/])(?:/[\w.@+-]+){2,}/?(?::\d+)?|\b[A-Z]:\\[^\s""']+", RegexOptions.CultureInvariant)]
    private static partial Regex FilePath();
}
