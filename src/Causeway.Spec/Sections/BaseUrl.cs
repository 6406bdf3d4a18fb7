using Causeway.Spec.Diagnostics;
using Causeway.Spec.Values;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Reads where an upstream's API begins. Messages never repeat the URL: passwords and keys get pasted into URLs.</summary>
internal static class BaseUrl
{
    private const int MaxLength = 2048;

    public static Uri? Read(YamlNode? node, SpecContext context)
    {
        if (context.Bag.TextNode(node, "'baseUrl'") is not { } scalar) return null;
        if (EnvironmentText.Expand(scalar, context) is not { } expanded) return null;
        var text = expanded.Text.Reveal();
        var problem = Problem(text);
        if (problem is null) return new Uri(text.TrimEnd('/'), UriKind.Absolute);
        context.Bag.Add(DiagnosticRule.InvalidUrl, scalar.At, $"'baseUrl' {problem}", "for example https://api.openai.com/v1");
        return null;
    }

    /// <summary>An address whose places <c>{service}</c> and <c>{region}</c> are filled in later; null when there is none or it is refused.</summary>
    public static string? ReadEndpoint(YamlNode? node, SpecContext context)
    {
        if (context.Bag.TextNode(node, "'endpoint'") is not { } scalar) return null;
        if (EnvironmentText.Expand(scalar, context) is not { } expanded) return null;
        var text = expanded.Text.Reveal();
        var filled = text.Replace("{service}", "service", StringComparison.Ordinal).Replace("{region}", "region", StringComparison.Ordinal);
        var problem = filled.AsSpan().ContainsAny('{', '}') ? "knows the places {service} and {region} only" : Problem(filled);
        if (problem is null) return text.TrimEnd('/');
        context.Bag.Add(DiagnosticRule.InvalidUrl, scalar.At, $"'endpoint' {problem}", "for example https://vpce-1.{service}.{region}.vpce.amazonaws.com");
        return null;
    }

    private static string? Problem(string text)
    {
        if (text.Length > MaxLength) return $"has more than {MaxLength} characters";
        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '\\'))
            return "must not contain spaces, control characters or backslashes";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0) return "must be an absolute http or https URL";
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) return "must be an absolute http or https URL";
        if (url.UserInfo.Length > 0) return "must not contain a user or password; use 'apiKey' or 'headers'";
        // An empty query or fragment is not in the parsed parts, but would still swallow the path appended to it.
        return text.Contains('?') || text.Contains('#') ? "must not have a query or fragment" : null;
    }
}
