using System.Buffers;
using Causeway.Wire.Sse;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Pulls an upstream's events through a <see cref="StreamEditor"/>: what can be decided of an event is there as soon as the event is.
/// Not thread-safe.
/// </summary>
/// <param name="body">The upstream's bytes; owned by its reply.</param>
/// <param name="isPart">Only one of several streams that become one: no <c>[DONE]</c>, no comments.</param>
internal sealed class EditedEvents(Stream body, StreamEditor editor, bool isPart)
{
    private const int ReadBytes = 16 << 10;

    // Larger events are not edited; the relay judges them.
    private const int MaxEventBytes = 16 << 20;

    private readonly RentedBuffer _in = new();
    private SseFramer _framer;
    private bool _passesAll;

    /// <summary>Whole events, ready to be taken.</summary>
    public RentedBuffer Out { get; } = new();

    public StreamEditor Editor => editor;

    /// <summary>Nothing more comes.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The stream had a sound end.</summary>
    public bool EndedWhole { get; private set; }

    /// <summary>Waits until <see cref="Out"/> has something; false when nothing more comes.</summary>
    /// <exception cref="IOException">The upstream broke off.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        while (Out.Length == 0)
        {
            if (IsOver) return false;
            var read = await body.ReadAsync(_in.GetMemory(ReadBytes), cancel);
            if (read == 0) Finish();
            else
            {
                _in.Advance(read);
                Absorb();
            }
        }
        return true;
    }

    /// <summary>Gives all memory back. Not while a <see cref="FillAsync"/> is under way.</summary>
    public void Release()
    {
        _in.Release();
        Out.Release();
        editor.Release();
    }

    private void Absorb()
    {
        var bytes = _in.Span;
        var at = 0;
        while (!IsOver && !_passesAll && _framer.FindEventEnd(bytes[at..]) is >= 0 and var length)
        {
            Edit(bytes.Slice(at, length));
            at += length;
        }
        _in.Consume(IsOver ? bytes.Length : at);
        _passesAll |= _in.Length > MaxEventBytes;
        if (!_passesAll) return;
        Out.Write(_in.Span);
        _in.Clear();
    }

    private void Edit(ReadOnlySpan<byte> sseEvent)
    {
        using var payload = SseEventData.Read(sseEvent);
        if (payload.HasData && payload.Data.SequenceEqual("[DONE]"u8))
        {
            Conclude(isWhole: true);
            return;
        }
        if (!payload.HasData || !editor.TryEdit(payload.Data, Out))
        {
            if (payload.HasData || !isPart) Out.Write(sseEvent);
        }
        if (editor.IsCut) Conclude(isWhole: true);
    }

    private void Finish()
    {
        if (_in.Length > 0 && !_passesAll)
        {
            // The last event's blank line is often forgotten.
            _in.Write("\n\n"u8);
            Absorb();
        }
        if (!IsOver) Conclude(editor.IsFinished);
    }

    private void Conclude(bool isWhole)
    {
        (IsOver, EndedWhole) = (true, isWhole);
        editor.End(isWhole, Out);
        if (isWhole && !isPart) Out.Write("data: [DONE]\n\n"u8);
    }
}
