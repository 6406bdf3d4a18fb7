using System.Text.Json;
using System.Text.Unicode;

namespace Causeway.Wire.Chat;

/// <summary>Whether the body of a 200 is a chat completion and, if not, what it is.</summary>
public enum CompletionVerdict
{
    /// <summary>A JSON object with a <c>choices</c> array, which may be empty.</summary>
    Ok,
    Empty,
    Html,
    NotJson,
    InvalidUtf8,
    /// <summary>JSON, but not an object: <c>null</c>, an array, a string.</summary>
    NotAnObject,
    EmptyObject,
    /// <summary>An error in a 200; <c>UpstreamErrorBody</c> reads it.</summary>
    Error,
    /// <summary>An object without a <c>choices</c> array.</summary>
    NoChoices,
}

/// <summary>What the gateway reads of a whole answer, to a chat or to a text. Everything but <see cref="Verdict"/> is only set when that is Ok.</summary>
public readonly record struct CompletionScan
{
    public required CompletionVerdict Verdict { get; init; }

    /// <summary>Null when the upstream stated none or nonsense.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The last choice's finish reason.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Bytes of text, as JSON spells it: content, reasoning, refusals, tool names and arguments.</summary>
    public long ContentBytes { get; init; }

    /// <summary>The gateway's own estimate of the completion tokens.</summary>
    public long EstimatedTokens { get; init; }

    /// <summary>SDKs would stumble over it: <see cref="ChunkRepair.TryWriteCompletion"/> writes a sound one.</summary>
    public bool NeedsRepair { get; init; }

    /// <summary>Reads a whole body in one pass. Never throws.</summary>
    public static CompletionScan Read(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body)) return new CompletionScan { Verdict = CompletionVerdict.InvalidUtf8 };
        var answer = new AnswerReader(body, null, default);
        var isJson = answer.TryRead();
        var verdict = isJson ? VerdictOf(in answer) : VerdictOfOther(body);
        if (verdict != CompletionVerdict.Ok) return new CompletionScan { Verdict = verdict };
        return new CompletionScan
        {
            Verdict = verdict,
            Usage = answer.Usage,
            FinishReason = answer.FinishReason,
            ContentBytes = answer.ContentBytes,
            EstimatedTokens = answer.Estimate.Tokens,
            NeedsRepair = answer.NeedsRepair,
        };
    }

    private static CompletionVerdict VerdictOf(ref readonly AnswerReader answer)
    {
        if (answer.Root != JsonTokenType.StartObject) return CompletionVerdict.NotAnObject;
        if (!answer.HasMembers) return CompletionVerdict.EmptyObject;
        if (answer.HasError) return CompletionVerdict.Error;
        return answer.Choices is null ? CompletionVerdict.NoChoices : CompletionVerdict.Ok;
    }

    private static CompletionVerdict VerdictOfOther(ReadOnlySpan<byte> body)
    {
        var start = body.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0) return CompletionVerdict.Empty;
        return body[start] == '<' ? CompletionVerdict.Html : CompletionVerdict.NotJson;
    }
}
