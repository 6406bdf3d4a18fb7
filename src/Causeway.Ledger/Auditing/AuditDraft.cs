using System.Text.Json;

namespace Causeway.Ledger.Auditing;

/// <summary>An entry before it has a place in the chain.</summary>
internal sealed record AuditDraft(string Actor, string Action, string Subject, string DetailJson)
{
    private const int MaxName = 1024;
    private const int MaxDetail = 1 << 20;

    /// <exception cref="ArgumentException">A member is missing, too long, or the detail is not JSON.</exception>
    internal void Check()
    {
        CheckName(Actor, nameof(Actor));
        CheckName(Action, nameof(Action));
        CheckName(Subject, nameof(Subject));
        ArgumentNullException.ThrowIfNull(DetailJson);
        if (DetailJson.Length > MaxDetail)
            throw new ArgumentException($"An audit entry's detail has at most {MaxDetail} characters.", nameof(DetailJson));
        CheckJson(DetailJson);
    }

    private static void CheckName(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text, name);
        if (text.Length > MaxName)
            throw new ArgumentException($"At most {MaxName} characters.", name);
    }

    private static void CheckJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new ArgumentException("An audit entry's detail must be one JSON value.", nameof(text), e);
        }
    }
}
