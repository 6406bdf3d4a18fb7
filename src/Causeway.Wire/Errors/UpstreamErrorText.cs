using System.Net;
using System.Text.RegularExpressions;

namespace Causeway.Wire.Errors;

/// <summary>
/// Makes an upstream's error text fit to be shown to a caller: no keys, no addresses, no ARNs, no paths or stack traces, no more than
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

    private const RegexOptions Plain = RegexOptions.CultureInvariant;
    private const RegexOptions IgnoreCase = Plain | RegexOptions.IgnoreCase;

    /// <param name="text">The upstream's words.</param>
    /// <param name="secrets">Values that must not appear: the upstream's key, the values of its extra headers.</param>
    /// <param name="host">The host of the upstream's base URL.</param>
    public static string Clean(string text, IEnumerable<string> secrets, string? host)
    {
        // Secrets go before the text is cut: half a secret would not be recognised.
        foreach (var secret in secrets)
            if (secret.Length >= MinSecret) text = text.Replace(secret, "[secret]", StringComparison.Ordinal);
        if (text.Length > MaxRead) text = text[..MaxRead];
        text = StackLine().Replace(text, "");
        text = Bearer().Replace(text, "[secret]");
        text = Key().Replace(text, "[secret]");
        text = Url().Replace(text, "[url]");
        text = Arn().Replace(text, "[arn]");
        if (!string.IsNullOrEmpty(host)) text = text.Replace(host, "[host]", StringComparison.OrdinalIgnoreCase);
        text = MaybeV6().Replace(text, HideV6);
        text = V4().Replace(text, "[address]");
        text = FilePath().Replace(text, "[path]");
        text = HostPort().Replace(text, "[address]");
        text = InternalHost().Replace(text, "[host]");
        text = text.Trim();
        return text.Length <= MaxLength ? text : text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
    }

    // Times and ratios are made of the same characters, so the candidates are parsed.
    private static string HideV6(Match match)
    {
        var text = match.Value.TrimEnd(':', '.');
        var address = text.StartsWith('[') && text.IndexOf(']') is > 0 and var end ? text[1..end] : text.Trim('[', ']');
        var isV6 = address.Contains(':') && IPAddress.TryParse(address, out _);
        return isV6 ? "[address]" + match.Value[text.Length..] : match.Value;
    }

    // The patterns run on a stranger's text: each starts at most once in a run of characters and never gives back what it took.

    [GeneratedRegex(
        @"^[ \t]*(?:at [\w.<>`+\[\]]+\(.*|File "".*|Traceback \(most recent call last\):.*)\r?\n?", Plain | RegexOptions.Multiline)]
    private static partial Regex StackLine();

    [GeneratedRegex(@"\b(?:Bearer\s+[^\s""',;]+|Basic\s+[\w+/]+={1,2})", IgnoreCase)]
    private static partial Regex Bearer();

    // OpenAI and its imitators, AWS key ids, Hugging Face, GitHub, Google, JWTs.
    [GeneratedRegex(
        @"(?<![\w-])(?>sk-[\w*.-]{2,}[\w*]|(?:AKIA|ASIA|ABSK|AIza)[\w+/=*-]{8,}|" +
        @"(?:hf|gh[a-z]|xox[a-z]|bedrock-api-key)[_-][\w+/=*-]{8,}|eyJ[\w-]{8,}\.[\w.-]+)", Plain)]
    private static partial Regex Key();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{1,15}://[^\s""'<>)\]}]+", IgnoreCase)]
    private static partial Regex Url();

    // Names the account and who asks.
    [GeneratedRegex(@"\barn:aws[\w-]*:[^\s""'<>)\]},;]+", IgnoreCase)]
    private static partial Regex Arn();

    [GeneratedRegex(@"(?<![\w:.])\[?(?>[0-9a-f:.]{2,45})(?:%\w{1,16})?(?:\](?::\d{1,5})?)?", IgnoreCase)]
    private static partial Regex MaybeV6();

    [GeneratedRegex(@"\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5})?", Plain)]
    private static partial Regex V4();

    [GeneratedRegex(@"(?<![\w.-])(?>localhost|[\w-]+(?:\.[\w-]+)+):\d{1,5}\b", IgnoreCase)]
    private static partial Regex HostPort();

    [GeneratedRegex(
        @"(?<![\w.-])(?>[\w-]+(?:\.[\w-]+)*)" +
        @"(?<=(?:\.(?:local|internal|lan|intranet|corp|localdomain|svc|cluster)|(?<![\w.-])localhost))", IgnoreCase)]
    private static partial Regex InternalHost();

    [GeneratedRegex(@"(?<![\w/])(?>(?:/[\w.@+-]+){2,})/?(?::\d+)?|\b[A-Z]:\\[^\s""']+", Plain)]
    private static partial Regex FilePath();
}
