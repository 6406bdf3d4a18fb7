using System.Text.Json;
using System.Text.Unicode;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>What the gateway reads of an answer that is neither a chat completion nor a completion: embeddings, a count of tokens.</summary>
public readonly record struct PlainAnswerScan
{
    /// <summary><see cref="CompletionVerdict.NoChoices"/>: an object without the member that the answer is about.</summary>
    public required CompletionVerdict Verdict { get; init; }

    /// <summary>Null when the upstream stated none or nonsense. An embedding has no completion tokens.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Reads a whole body in one pass. Never throws.</summary>
    /// <param name="member">A member that the root object must have: <c>data</c> of embeddings, <c>count</c> of a tokenization.</param>
    public static PlainAnswerScan Read(ReadOnlySpan<byte> body, ReadOnlySpan<byte> member)
    {
        if (!Utf8.IsValid(body)) return new PlainAnswerScan { Verdict = CompletionVerdict.InvalidUtf8 };
        try
        {
            return ReadRoot(body, member);
        }
        catch (JsonException)
        {
            return new PlainAnswerScan { Verdict = VerdictOfOther(body) };
        }
    }

    private static PlainAnswerScan ReadRoot(ReadOnlySpan<byte> body, ReadOnlySpan<byte> member)
    {
        var reader = new Utf8JsonReader(body, WireJson.ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return new PlainAnswerScan { Verdict = CompletionVerdict.NotAnObject };
        bool hasMember = false, hasError = false;
        TokenUsage? usage = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isMember, isUsage, isError) = (JsonText.NameEquals(in reader, member), JsonText.NameEquals(in reader, "usage"u8), JsonText.NameEquals(in reader, "error"u8));
            reader.Read();
            hasMember |= isMember && reader.TokenType != JsonTokenType.Null;
            hasError |= isError && reader.TokenType != JsonTokenType.Null;
            if (isUsage && reader.TokenType == JsonTokenType.StartObject) usage = UsageOf(UsageReader.Read(ref reader));
            else reader.Skip();
        }
        reader.Read(); // Throws when anything but white space follows.
        var verdict = hasError ? CompletionVerdict.Error : hasMember ? CompletionVerdict.Ok : CompletionVerdict.NoChoices;
        return new PlainAnswerScan { Verdict = verdict, Usage = usage };
    }

    private static TokenUsage? UsageOf(UsageReader usage) => usage.Prompt is { } prompt ? new TokenUsage(prompt, usage.Completion ?? 0, Math.Min(usage.Cached ?? 0, prompt), 0) : null;

    private static CompletionVerdict VerdictOfOther(ReadOnlySpan<byte> body)
    {
        var start = body.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0) return CompletionVerdict.Empty;
        return body[start] == '<' ? CompletionVerdict.Html : CompletionVerdict.NotJson;
    }
}
