using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary>Values that mean the same as the member's absence, by OpenAI's description of the request.</summary>
internal static class DefaultValues
{
    public static bool IsDefault(ChatMember member, ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual("null"u8)) return true;
        return member switch
        {
            ChatMember.Logprobs or ChatMember.Store or ChatMember.Stream => value.SequenceEqual("false"u8),
            ChatMember.ParallelToolCalls => value.SequenceEqual("true"u8),
            ChatMember.N or ChatMember.Temperature or ChatMember.TopP => JsonValue.IsNumber(value, 1),
            ChatMember.FrequencyPenalty or ChatMember.PresencePenalty => JsonValue.IsNumber(value, 0),
            ChatMember.ToolChoice or ChatMember.ServiceTier => JsonValue.Is(value, "auto"),
            ChatMember.Verbosity => JsonValue.Is(value, "medium"),
            ChatMember.LogitBias or ChatMember.Metadata or ChatMember.Stop or ChatMember.Tools => IsEmpty(value),
            ChatMember.Modalities => IsTextOnly(value),
            _ => false,
        };
    }

    private static bool IsEmpty(ReadOnlySpan<byte> value) => value[0] is (byte)'{' or (byte)'[' && !new JsonCursor(value, new ByteRange(0, value.Length)).Read();

    private static bool IsTextOnly(ReadOnlySpan<byte> value)
    {
        if (value[0] != (byte)'[') return false;
        var cursor = new JsonCursor(value, new ByteRange(0, value.Length));
        return cursor.Read() && JsonValue.Is(cursor.Value.In(value), "text") && !cursor.Read();
    }
}
