using System.Text;
using Causeway.Wire.Dialects;

namespace Causeway.Wire.Tests.Dialects;

/// <summary>A call as it came out of the parser.</summary>
internal sealed record ReadCall(string Name, string Arguments, bool IsComplete, string Id);

/// <summary>Everything an answer was read as. Two of them are equal when nobody could tell their streams apart.</summary>
internal sealed record Transcript(string Log, string Content, string Reasoning, IReadOnlyList<ReadCall> Calls, DialectRepairs Repairs)
{
    public static Transcript Of(DialectFamily family, string text, ToolTable? tools = null, DialectOptions? options = null, DialectEnd end = DialectEnd.Stopped) =>
        Of(DialectParser.Create(family, tools ?? Tools.Table, options), Encoding.UTF8.GetBytes(text), end, _ => int.MaxValue);

    /// <param name="chunkAt">From the offset of a chunk to its length; the last one may reach beyond the text.</param>
    public static Transcript Of(DialectParser parser, ReadOnlySpan<byte> text, DialectEnd end, Func<int, int> chunkAt)
    {
        var builder = new Builder();
        var events = new DialectEvents();
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(text.Length - at, chunkAt(at));
            parser.Push(text.Slice(at, length), events);
            builder.Add(events);
            at += length;
        }
        parser.Finish(end, events);
        builder.Add(events);
        return builder.Build(parser);
    }

    public bool Equals(Transcript? other) => other is not null && Log == other.Log && Repairs == other.Repairs;

    public override int GetHashCode() => Log.GetHashCode(StringComparison.Ordinal);

    private sealed class Builder
    {
        private readonly List<(DialectEventKind Kind, int Index, List<byte> Data, string Id, bool IsComplete)> _events = [];

        public void Add(DialectEvents events)
        {
            foreach (var one in events)
            {
                Assert.True(one.Data.Length > 0 || one.Kind == DialectEventKind.CallEnd, "an event without data says nothing");
                var isPiece = one.Kind is DialectEventKind.Text or DialectEventKind.Reasoning or DialectEventKind.Arguments;
                if (isPiece && _events.Count > 0 && _events[^1].Kind == one.Kind && _events[^1].Index == one.CallIndex) _events[^1].Data.AddRange(one.Data);
                else _events.Add((one.Kind, one.CallIndex, [.. one.Data], Encoding.UTF8.GetString(one.Id), one.IsComplete));
            }
            events.Clear();
        }

        public Transcript Build(DialectParser parser)
        {
            var log = new StringBuilder();
            var calls = new List<ReadCall>();
            foreach (var (kind, index, data, id, isComplete) in _events)
            {
                log.Append(kind).Append(' ').Append(index).Append(' ').Append(id).Append(isComplete).Append(": ").Append(Latin(data)).Append('\n');
                if (kind == DialectEventKind.CallBegin) Assert.Equal(calls.Count, index);
                if (kind == DialectEventKind.CallBegin) calls.Add(new ReadCall(Text(data), "", false, id));
                if (kind == DialectEventKind.Arguments) calls[index] = calls[index] with { Arguments = calls[index].Arguments + Text(data) };
                if (kind == DialectEventKind.CallEnd) calls[index] = calls[index] with { IsComplete = isComplete };
            }
            Assert.Equal(calls.Count, parser.Calls);
            Assert.Equal(calls.Count(call => call.IsComplete), parser.CompleteCalls);
            return new Transcript(log.ToString(), All(DialectEventKind.Text), All(DialectEventKind.Reasoning), calls, parser.Repairs);
        }

        private string All(DialectEventKind kind) => Text([.. _events.Where(one => one.Kind == kind).SelectMany(one => one.Data)]);

        private static string Text(List<byte> data) => Encoding.UTF8.GetString([.. data]);

        // Every byte counts, valid UTF-8 or not.
        private static string Latin(List<byte> data) => Encoding.Latin1.GetString([.. data]);
    }
}
