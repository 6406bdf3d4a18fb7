using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Wire.Answers;

/// <summary>
/// An answer, or one chunk of one, taken apart: which bytes say what, and which bytes nobody here understands but must survive. Reused
/// from chunk to chunk of one stream, whose tool calls it numbers; not thread-safe. Ranges point into the bytes last read.
/// </summary>
public sealed class AnswerFrame
{
    private readonly List<FrameMember> _identity = [];
    private readonly List<FrameMember> _rest = [];
    private readonly List<FrameMember> _members = [];
    private readonly List<ChoiceFrame> _choices = [];
    private readonly List<CallFrame> _calls = [];
    private readonly ToolCallIndexes _indexes = new();

    /// <summary>Members that say which answer this is and that every chunk repeats: <c>id</c>, <c>object</c>, <c>created</c>, <c>model</c> and their like.</summary>
    public ReadOnlySpan<FrameMember> Identity => CollectionsMarshal.AsSpan(_identity);

    /// <summary>All other members beside <c>choices</c> and <c>usage</c>.</summary>
    public ReadOnlySpan<FrameMember> Rest => CollectionsMarshal.AsSpan(_rest);

    /// <summary>The value of <c>usage</c>; empty when it is absent or null.</summary>
    public ByteRange Usage { get; private set; }

    /// <summary>The counts in <see cref="Usage"/>; null when there are none, or nonsense.</summary>
    public TokenUsage? Counts { get; private set; }

    public ReadOnlySpan<ChoiceFrame> Choices => CollectionsMarshal.AsSpan(_choices);

    /// <summary>The kept members of a choice, its message or one of its calls.</summary>
    public ReadOnlySpan<FrameMember> Members(FrameSlice slice) => CollectionsMarshal.AsSpan(_members).Slice(slice.Start, slice.Count);

    public ReadOnlySpan<CallFrame> Calls(in ChoiceFrame choice) => CollectionsMarshal.AsSpan(_calls).Slice(choice.Calls.Start, choice.Calls.Count);

    /// <summary>
    /// Takes an answer apart. False when it is none: not valid UTF-8, not an object, an error, without a list of choices. Never throws.
    /// </summary>
    public bool TryRead(ReadOnlySpan<byte> json, bool isChunk)
    {
        _identity.Clear();
        _rest.Clear();
        _members.Clear();
        _choices.Clear();
        _calls.Clear();
        (Usage, Counts) = (default, null);
        if (!Utf8.IsValid(json)) return false;
        try
        {
            var reader = new FrameReader(json, this, isChunk);
            return reader.TryRead();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes members with commas between them, leaving out those that are null. Returns whether there were any.</summary>
    /// <param name="json">The bytes last read.</param>
    public static bool WriteMembers(ReadOnlySpan<FrameMember> members, ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        var any = false;
        foreach (var member in members)
        {
            if (member.IsNull) continue;
            if (any) output.Write(","u8);
            output.Write(member.Range.In(json));
            any = true;
        }
        return any;
    }

    internal int MemberCount => _members.Count;

    internal int CallCount => _calls.Count;

    internal void Keep(FrameMember member, bool isIdentity) => (isIdentity ? _identity : _rest).Add(member);

    internal void KeepMember(FrameMember member) => _members.Add(member);

    internal void SetUsage(ByteRange value, TokenUsage? counts) => (Usage, Counts) = (value, counts);

    internal void Add(in ChoiceFrame choice) => _choices.Add(choice);

    /// <summary>Adds a call of a chunk, numbered as the stream goes, or of a whole answer, numbered by position.</summary>
    internal void Add(in CallFrame call, int choice, in ToolCallFacts facts, int? position)
    {
        if (position is null && facts.Index is { } index) _indexes.Note(choice, index, facts.Id);
        _calls.Add(call with { Index = position ?? facts.Index ?? _indexes.Assign(choice, facts.Id, facts.HasName) });
    }
}
