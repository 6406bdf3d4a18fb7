using System.Buffers;
using System.Buffers.Text;
using Causeway.Wire.Answers;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>Writes parts as members of a delta or a message.</summary>
internal static class PartJson
{
    /// <summary>The number of parts from <paramref name="at"/> on that fit into one delta.</summary>
    public static int GroupLength(AnswerParts parts, int at)
    {
        var first = parts[at];
        if (first.Kind is not (PartKind.CallBegin or PartKind.CallRest or PartKind.Arguments)) return 1;
        var length = 1;
        for (var kind = first.Kind; at + length < parts.Count; length++)
        {
            var next = parts[at + length];
            if (next.Call != first.Call || !Follows(kind, next.Kind)) break;
            kind = next.Kind;
        }
        return length;
    }

    /// <summary>Writes the member of a delta that says what a group of parts says; nothing for a finish reason.</summary>
    public static void WriteDelta(AnswerParts parts, int at, int length, RentedBuffer output)
    {
        var first = parts[at];
        switch (first.Kind)
        {
            case PartKind.Text:
                output.Write("\"content\":"u8);
                PlainText.WriteQuoted(first.Data, output);
                break;
            case PartKind.Reasoning:
                output.Write("\"reasoning_content\":"u8);
                PlainText.WriteQuoted(first.Data, output);
                break;
            case PartKind.OtherCall:
                output.Write("\"tool_calls\":["u8);
                output.Write(first.Data);
                output.Write("]"u8);
                break;
            case PartKind.CallBegin or PartKind.CallRest or PartKind.Arguments when parts.AsFunctionCall:
                FunctionCallJson.WriteDelta(parts, at, length, output);
                break;
            case PartKind.CallBegin or PartKind.CallRest or PartKind.Arguments:
                output.Write("\"tool_calls\":[{\"index\":"u8);
                WriteNumber(first.Call, output);
                WriteCallDelta(parts, at, length, output);
                output.Write("}]"u8);
                break;
        }
    }

    /// <summary>Writes all texts of one kind as one string. Returns false, with nothing written, when there are none.</summary>
    public static bool TryWriteText(AnswerParts parts, PartKind kind, ReadOnlySpan<byte> name, RentedBuffer output)
    {
        var only = -1;
        var count = 0;
        for (var i = 0; i < parts.Count; i++)
            if (parts[i].Kind == kind) (only, count) = (i, count + 1);
        if (count == 0) return false;
        output.Write(name);
        if (count == 1) PlainText.WriteQuoted(parts[only].Data, output);
        else PlainText.WriteQuoted(Joined(parts, kind, -1), output);
        return true;
    }

    /// <summary>Everything that the parts of one kind, and of one call, say.</summary>
    public static byte[] Joined(AnswerParts parts, PartKind kind, int call)
    {
        var joined = new ArrayBufferWriter<byte>();
        for (var i = 0; i < parts.Count; i++)
            if (parts[i].Kind == kind && parts[i].Call == call) joined.Write(parts[i].Data);
        return joined.WrittenSpan.ToArray();
    }

    /// <summary>Writes a message's <c>tool_calls</c>, or its <c>function_call</c>; false, with nothing written, when there are none.</summary>
    public static bool TryWriteCalls(AnswerParts parts, RentedBuffer output)
    {
        if (parts.AsFunctionCall && FunctionCallJson.TryWrite(parts, output)) return true;
        var any = false;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part.Kind is not (PartKind.CallBegin or PartKind.OtherCall)) continue;
            output.Write(any ? ","u8 : "\"tool_calls\":["u8);
            any = true;
            if (part.Kind == PartKind.OtherCall) output.Write(part.Data);
            else WriteCall(parts, i, output);
        }
        if (any) output.Write("]"u8);
        return any;
    }

    public static void WriteNumber(int number, IBufferWriter<byte> output)
    {
        _ = Utf8Formatter.TryFormat(number, output.GetSpan(11), out var written);
        output.Advance(written);
    }

    private static bool Follows(PartKind before, PartKind after) =>
        (before, after) is (PartKind.CallBegin, PartKind.CallRest or PartKind.Arguments) or (PartKind.CallRest, PartKind.Arguments);

    private static void WriteCall(AnswerParts parts, int begin, RentedBuffer output)
    {
        var call = parts[begin].Call;
        output.Write("{\"id\":"u8);
        PlainText.WriteQuoted(parts[begin].Id, output);
        output.Write(",\"type\":\"function\",\"function\":{\"name\":"u8);
        PlainText.WriteQuoted(parts[begin].Data, output);
        output.Write(",\"arguments\":"u8);
        PlainText.WriteQuoted(Joined(parts, PartKind.Arguments, call), output);
        output.Write("}"u8);
        for (var i = begin + 1; i < parts.Count; i++)
            if (parts[i].Kind == PartKind.CallRest && parts[i].Call == call) WriteRest(parts[i].Data, output);
        output.Write("}"u8);
    }

    private static void WriteCallDelta(AnswerParts parts, int at, int length, RentedBuffer output)
    {
        for (var i = at; i < at + length; i++)
            if (parts[i].Kind == PartKind.CallRest) WriteRest(parts[i].Data, output);
        var begins = parts[at].Kind == PartKind.CallBegin;
        if (begins)
        {
            output.Write(",\"id\":"u8);
            PlainText.WriteQuoted(parts[at].Id, output);
            output.Write(",\"type\":\"function\""u8);
        }
        var last = parts[at + length - 1];
        if (!begins && last.Kind != PartKind.Arguments) return;
        output.Write(",\"function\":{"u8);
        if (begins)
        {
            output.Write("\"name\":"u8);
            PlainText.WriteQuoted(parts[at].Data, output);
            output.Write(","u8);
        }
        output.Write("\"arguments\":"u8);
        PlainText.WriteQuoted(last.Kind == PartKind.Arguments ? last.Data : default, output);
        output.Write("}"u8);
    }

    private static void WriteRest(ReadOnlySpan<byte> members, RentedBuffer output)
    {
        output.Write(","u8);
        output.Write(members);
    }
}
