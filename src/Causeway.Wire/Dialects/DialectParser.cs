namespace Causeway.Wire.Dialects;

/// <summary>
/// Turns the text of an answer in which a model left its native markup into content, reasoning and tool calls, while it comes in.
/// The result does not depend on how the text was cut into pushes. What is no markup after all comes out as text, byte for byte;
/// nothing throws, whatever the text. Held back is only what may still be markup: a few hundred bytes, and typed values up to
/// <see cref="DialectOptions.MaxHeldBytes"/>. One per choice of an answer, for one thread at a time.
/// </summary>
public sealed class DialectParser
{
    private readonly CallOutput _output;
    private readonly AnswerText _text;
    private byte[] _held = [];
    private int _heldLength;
    private bool _isFinished;

    private DialectParser(ReadOnlySpan<DialectFamily> families, ToolTable tools, DialectOptions options)
    {
        _output = new CallOutput(options.DiscardCalls);
        var readers = new List<CallReader>();
        var endTokens = new List<byte[]>();
        foreach (var family in families) DialectReaders.Add(family, tools, _output, options, readers, endTokens);
        var reasoning = options.Reasoning == ReasoningMarkup.None ? [] : DialectReaders.ReasoningOf(families);
        _text = new AnswerText(readers, reasoning, endTokens, _output, options.Reasoning == ReasoningMarkup.OpenedByPrompt);
    }

    /// <summary>Calls begun so far and not discarded.</summary>
    public int Calls => _output.Calls;

    /// <summary>Calls that are over and whole: with at least one of them an answer that stopped has the finish reason <c>tool_calls</c>.</summary>
    public int CompleteCalls => _output.CompleteCalls;

    /// <summary>What the markup was forgiven so far.</summary>
    public DialectRepairs Repairs => _output.Repairs;

    public static DialectParser Create(DialectFamily family, ToolTable tools, DialectOptions? options = null) => new([family], tools, options ?? DialectOptions.Default);

    /// <param name="families">The markups to look for; the first that recognises a call reads it. None: reasoning only.</param>
    /// <param name="tools">The request's tools.</param>
    /// <param name="options">Null: the defaults.</param>
    public static DialectParser Create(ReadOnlySpan<DialectFamily> families, ToolTable tools, DialectOptions? options = null) =>
        new(families, tools, options ?? DialectOptions.Default);

    /// <summary>The next piece of the answer's text, UTF-8, cut anywhere; adds what is sure of it to <paramref name="events"/>.</summary>
    /// <exception cref="ObjectDisposedException">The answer is finished.</exception>
    public void Push(ReadOnlySpan<byte> text, DialectEvents events)
    {
        ObjectDisposedException.ThrowIf(_isFinished, this);
        _output.Into(events);
        if (_heldLength == 0)
        {
            Hold(text[Run(text, isLast: false)..]);
            return;
        }
        Hold(text);
        var read = Run(_held.AsSpan(0, _heldLength), isLast: false);
        if (read == 0) return;
        _held.AsSpan(read, _heldLength - read).CopyTo(_held);
        _heldLength -= read;
    }

    /// <summary>The answer is over: adds what was held back, and closes an open call as <paramref name="end"/> says.</summary>
    public void Finish(DialectEnd end, DialectEvents events)
    {
        ObjectDisposedException.ThrowIf(_isFinished, this);
        _isFinished = true;
        _output.Into(events);
        Run(_held.AsSpan(0, _heldLength), isLast: true);
        _text.Call?.Finish(end == DialectEnd.Cut);
        _held = [];
    }

    private int Run(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var window = new Window(bytes, isLast);
        while (Step(ref window)) continue;
        return window.At;
    }

    private bool Step(ref Window window)
    {
        if (_text.Call is not { } call) return _text.Step(ref window);
        var goesOn = call.Step(ref window);
        if (call.IsDone) _text.AfterCall();
        return goesOn;
    }

    private void Hold(ReadOnlySpan<byte> text)
    {
        if (_held.Length < _heldLength + text.Length) Array.Resize(ref _held, Math.Max(Math.Max(256, _held.Length * 2), _heldLength + text.Length));
        text.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += text.Length;
    }
}
