using System.Buffers;
using Causeway.Wire.Answers;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>Writes the one call of an answer as callers of <c>functions</c> know it: without an id, and never more than one.</summary>
internal static class FunctionCallJson
{
    /// <summary>Writes a message's <c>function_call</c>; false, with nothing written, when there is no call of a function.</summary>
    public static bool TryWrite(AnswerParts parts, RentedBuffer output)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Kind != PartKind.CallBegin) continue;
            Write(parts[i].Data, PartJson.Joined(parts, PartKind.Arguments, parts[i].Call), output);
            return true;
        }
        return false;
    }

    /// <summary>Writes the member of a delta for a group of parts of the call.</summary>
    public static void WriteDelta(AnswerParts parts, int at, int length, RentedBuffer output)
    {
        var last = parts[at + length - 1];
        var arguments = last.Kind == PartKind.Arguments ? last.Data : default;
        if (parts[at].Kind == PartKind.CallBegin)
        {
            Write(parts[at].Data, arguments, output);
            return;
        }
        output.Write("\"function_call\":{\"arguments\":"u8);
        PlainText.WriteQuoted(arguments, output);
        output.Write("}"u8);
    }

    private static void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments, RentedBuffer output)
    {
        output.Write("\"function_call\":{\"name\":"u8);
        PlainText.WriteQuoted(name, output);
        output.Write(",\"arguments\":"u8);
        PlainText.WriteQuoted(arguments, output);
        output.Write("}"u8);
    }
}
