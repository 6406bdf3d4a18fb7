using System.Buffers.Text;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>What a <c>usage</c> object says. Null: not stated, or not a count.</summary>
internal struct UsageReader
{
    // SDKs read counts into 32 bits; what does not fit is nonsense anyway.
    private const long MaxCount = int.MaxValue;

    public long? Prompt { get; private set; }
    public long? Completion { get; private set; }
    public long? Cached { get; private set; }
    public long? Reasoning { get; private set; }

    /// <summary>Whether a count is there that must not go out as it is.</summary>
    public bool NeedsRepair { get; private set; }

    /// <summary>Null unless both main counts are stated and sane.</summary>
    public readonly TokenUsage? Usage =>
        Prompt is { } prompt && Completion is { } completion
            ? new TokenUsage(prompt, completion, Math.Min(Cached ?? 0, prompt), Math.Min(Reasoning ?? 0, completion)) : null;

    /// <summary>Reads from the object's start to its end.</summary>
    public static UsageReader Read(ref Utf8JsonReader reader)
    {
        var usage = default(UsageReader);
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
            if (reader.TokenType == JsonTokenType.PropertyName) usage.ReadMember(ref reader, reader.CurrentDepth == depth + 1);
        return usage;
    }

    /// <summary>Whether a name is that of a token count.</summary>
    public static bool IsCount(ref readonly Utf8JsonReader reader) => reader.ValueSpan.EndsWith("_tokens"u8);

    /// <summary>The count at the current token; null when it is none. Not clean: it is one, but SDKs cannot read its spelling.</summary>
    public static long? Count(ref readonly Utf8JsonReader reader, out bool isClean)
    {
        isClean = false;
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (reader.TryGetInt64(out var whole))
            {
                isClean = whole is >= 0 and <= MaxCount;
                return isClean ? whole : null;
            }
            var isCount = reader.TryGetDouble(out var number) && number is >= 0 and <= MaxCount && number == Math.Floor(number);
            return isCount ? (long)number : null;
        }
        if (reader.TokenType != JsonTokenType.String) return null;
        return Utf8Parser.TryParse(reader.ValueSpan, out long quoted, out var used) && used == reader.ValueSpan.Length
            && quoted is >= 0 and <= MaxCount ? quoted : null;
    }

    private void ReadMember(ref Utf8JsonReader reader, bool isTop)
    {
        if (!IsCount(in reader)) return;
        var which = isTop ? TopCount(in reader) : DetailedCount(in reader);
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null && which is not (Which.Prompt or Which.Completion or Which.Total)) return;
        var count = Count(in reader, out var isClean);
        if (!isClean) NeedsRepair = true;
        Take(which, count);
        reader.Skip();
    }

    private static Which TopCount(ref readonly Utf8JsonReader name)
    {
        if (JsonText.NameEquals(in name, "prompt_tokens"u8)) return Which.Prompt;
        if (JsonText.NameEquals(in name, "completion_tokens"u8)) return Which.Completion;
        if (JsonText.NameEquals(in name, "total_tokens"u8)) return Which.Total;
        return JsonText.NameEquals(in name, "prompt_cache_hit_tokens"u8) ? Which.CacheHit : Which.Other;
    }

    private static Which DetailedCount(ref readonly Utf8JsonReader name)
    {
        if (JsonText.NameEquals(in name, "cached_tokens"u8)) return Which.Cached;
        return JsonText.NameEquals(in name, "reasoning_tokens"u8) ? Which.Reasoning : Which.Other;
    }

    private void Take(Which which, long? count)
    {
        switch (which)
        {
            case Which.Prompt: Prompt = count; break;
            case Which.Completion: Completion = count; break;
            case Which.CacheHit: Cached ??= count; break;
            case Which.Cached: Cached = count; break;
            case Which.Reasoning: Reasoning = count; break;
        }
    }

    /// <summary>The main counts (the first three) are numbers for every SDK; the others may be null. CacheHit is DeepSeek's own spelling.</summary>
    private enum Which { Prompt, Completion, Total, CacheHit, Cached, Reasoning, Other }
}
