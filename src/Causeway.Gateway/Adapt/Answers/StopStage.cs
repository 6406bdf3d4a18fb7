using System.Text;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Cuts the content before the first stop sequence, wherever the deltas' borders are, and ends the choice there. Holds back only what may
/// be the beginning of a stop sequence. Reasoning and arguments of tools are not searched.
/// </summary>
internal sealed class StopStage : AnswerStage
{
    private readonly byte[][] _stops;
    private readonly byte[] _held;
    private int _heldLength;

    /// <param name="stops">None of them empty.</param>
    public StopStage(IEnumerable<string> stops)
    {
        _stops = [.. stops.Select(Encoding.UTF8.GetBytes)];
        _held = new byte[_stops.Max(stop => stop.Length)];
    }

    /// <summary>A stop sequence was met: nothing of this choice is wanted any more.</summary>
    public bool IsCut { get; private set; }

    public override void Text(ReadOnlySpan<byte> utf8)
    {
        if (IsCut || utf8.IsEmpty) return;
        if (_heldLength == 0)
        {
            Search(utf8);
            return;
        }
        var joined = new byte[_heldLength + utf8.Length];
        _held.AsSpan(0, _heldLength).CopyTo(joined);
        utf8.CopyTo(joined.AsSpan(_heldLength));
        _heldLength = 0;
        Search(joined);
    }

    public override void Reasoning(ReadOnlySpan<byte> utf8)
    {
        if (!IsCut) base.Reasoning(utf8);
    }

    public override void CallBegin(int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        if (IsCut) return;
        Release();
        base.CallBegin(call, id, name);
    }

    public override void Arguments(int call, ReadOnlySpan<byte> json)
    {
        if (!IsCut) base.Arguments(call, json);
    }

    public override void CallRest(int call, ReadOnlySpan<byte> members)
    {
        if (!IsCut) base.CallRest(call, members);
    }

    public override void OtherCall(int call, ReadOnlySpan<byte> element)
    {
        if (IsCut) return;
        Release();
        base.OtherCall(call, element);
    }

    public override void Finish(ReadOnlySpan<byte> reason)
    {
        if (IsCut) return;
        Release();
        base.Finish(reason);
    }

    public override void End(bool isWhole)
    {
        if (!IsCut) Release();
        base.End(isWhole);
    }

    private void Search(ReadOnlySpan<byte> text)
    {
        var at = -1;
        foreach (var stop in _stops)
        {
            var found = text.IndexOf(stop);
            if (found >= 0 && (at < 0 || found < at)) at = found;
        }
        if (at >= 0)
        {
            IsCut = true;
            if (at > 0) Next.Text(text[..at]);
            Next.Finish("stop"u8);
            return;
        }
        var keep = HeldTail(text);
        if (keep < text.Length) Next.Text(text[..^keep]);
        text[^keep..].CopyTo(_held);
        _heldLength = keep;
    }

    /// <summary>The length of the longest end of the text with which a stop sequence may begin.</summary>
    private int HeldTail(ReadOnlySpan<byte> text)
    {
        var longest = 0;
        foreach (var stop in _stops)
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
                if (text.EndsWith(stop.AsSpan(0, length))) longest = length;
        return longest;
    }

    private void Release()
    {
        if (_heldLength > 0) Next.Text(_held.AsSpan(0, _heldLength));
        _heldLength = 0;
    }
}
