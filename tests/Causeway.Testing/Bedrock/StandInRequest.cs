using System.Text.Json;

namespace Causeway.Testing.Bedrock;

/// <summary>Which of Bedrock's two hosts was spoken to.</summary>
public enum StandInHost
{
    /// <summary>Not known: the path fits both, and neither prefix nor signature says which.</summary>
    Either,
    Runtime,
    Mantle,
}

/// <summary>A request as it arrived.</summary>
/// <param name="Path">Without the part of the endpoint's own: <c>/v1/chat/completions</c>.</param>
/// <param name="Region">From the endpoint's path or from the signature; null when neither says.</param>
public sealed record StandInRequest(
    string Method, string Path, StandInHost Host, string? Region, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>What it was answered with; 0 while it is in progress.</summary>
    public int Status { get; internal set; }

    public string? Model => Json("model")?.GetString();

    /// <summary>A member of the body; null when it is absent.</summary>
    public JsonElement? Json(string name)
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.TryGetProperty(name, out var value) ? value.Clone() : null;
    }
}
