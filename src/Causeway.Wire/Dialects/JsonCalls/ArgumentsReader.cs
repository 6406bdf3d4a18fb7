using System.Buffers;
using Causeway.Wire.Json;

namespace Causeway.Wire.Dialects.JsonCalls;

/// <summary>
/// Reads the JSON that a call gives as its arguments and writes an object: an object as it is, one that was encoded as a string
/// decoded, <c>null</c> or nothing as an empty one, and anything else as the member <c>arguments</c> of one.
/// </summary>
internal sealed class ArgumentsReader(CallOutput output)
{
    private const int LongestEscape = 12;

    private readonly JsonMender _mender = new(output);
    private readonly byte[] _cut = new byte[4];
    private int _cutLength;
    private State _state;

    private enum State
    {
        Start,
        Object,
        Wrapped,
        /// <summary>An object within a string.</summary>
        Quoted,
        Done,
    }

    public bool IsDone => _state == State.Done;

    public void Begin() => _state = State.Start;

    /// <summary>Reads up to the end of the arguments. False: the rest of the window does not suffice.</summary>
    public bool Read(ref Window window)
    {
        if (_state == State.Start && !Start(ref window)) return false;
        if (_state == State.Done) return true;
        if (_state == State.Quoted) return ReadQuoted(ref window);
        window.At += _mender.Read(window.Rest);
        if (!_mender.IsDone) return false;
        End();
        return true;
    }

    /// <summary>Nothing follows that belongs to the arguments.</summary>
    public void Finish(bool isCut)
    {
        if (_state == State.Done) return;
        if (isCut) _mender.Cut();
        else if (_state == State.Start) output.Raw("{}"u8);
        else End();
        _state = State.Done;
    }

    private bool Start(ref Window window)
    {
        window.At += Window.SpaceAt(window.Rest);
        var bytes = window.Rest;
        if (bytes.IsEmpty) return false;
        var isNull = Longer(Window.Fits(bytes, "null"u8, window.IsLast), Window.Fits(bytes, "None"u8, window.IsLast));
        if (isNull == Fit.Partial || (bytes.Length == 1 && bytes[0] == '"' && !window.IsLast)) return false;
        if (isNull == Fit.Yes) window.At += 4;
        if (isNull == Fit.Yes || "},;]<"u8.Contains(bytes[0])) Empty();
        else if (bytes.StartsWith("\"\""u8))
        {
            window.At += 2;
            Empty();
        }
        else Start(ref window, bytes);
        return true;
    }

    private void Start(ref Window window, ReadOnlySpan<byte> bytes)
    {
        _mender.Begin();
        _cutLength = 0;
        _state = bytes[0] == '{' ? State.Object : bytes.StartsWith("\"{"u8) ? State.Quoted : State.Wrapped;
        if (_state != State.Object) output.Note(DialectRepairs.Spelling);
        if (_state == State.Quoted) window.At++;
        if (_state == State.Wrapped) output.Raw("{\"arguments\":"u8);
    }

    private void Empty()
    {
        output.Raw("{}"u8);
        _state = State.Done;
    }

    private void End()
    {
        _mender.Close();
        if (_state == State.Wrapped) output.Raw("}"u8);
        _state = State.Done;
    }

    private bool ReadQuoted(ref Window window)
    {
        var bytes = window.Rest;
        var at = 0;
        while (at < bytes.Length)
        {
            var plain = bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
            var length = plain < 0 ? bytes.Length - at : plain;
            Decoded(bytes.Slice(at, length));
            at += length;
            if (at == bytes.Length) break;
            if (bytes[at] == '"')
            {
                window.At += at + 1;
                End();
                return true;
            }
            if (!window.IsLast && bytes.Length - at < LongestEscape && EscapeIsCut(bytes[at..])) break;
            at += Decode(bytes[at..]);
        }
        window.At += at;
        return false;
    }

    private static bool EscapeIsCut(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return true;
        if (bytes[1] != 'u') return false;
        if (bytes.Length < 6) return true;
        // The second half of a pair may follow.
        var isPairs = char.IsHighSurrogate(Unit(bytes));
        return isPairs && (bytes.Length == 6 || bytes[6] == '\\');
    }

    private static char Unit(ReadOnlySpan<byte> escape) => JsonText.EscapeLength(escape) == 6 ? (char)JsonText.EscapedUnit(escape) : '\0';

    private int Decode(ReadOnlySpan<byte> bytes)
    {
        var length = JsonText.EscapeLength(bytes);
        if (length == 0)
        {
            Decoded("\\"u8);
            return 1;
        }
        if (length == 6 && char.IsHighSurrogate(Unit(bytes)) && char.IsLowSurrogate(Unit(bytes[6..]))) length = 12;
        Span<byte> plain = stackalloc byte[LongestEscape];
        Decoded(plain[..JsonText.Unescape(bytes[..length], plain)]);
        return length;
    }

    private void Decoded(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        var room = ArrayPool<byte>.Shared.Rent(_cutLength + bytes.Length);
        _cut.AsSpan(0, _cutLength).CopyTo(room);
        bytes.CopyTo(room.AsSpan(_cutLength));
        var all = room.AsSpan(0, _cutLength + bytes.Length);
        var read = _mender.Read(all);
        _cutLength = _mender.IsDone ? 0 : all.Length - read;
        all[^_cutLength..].CopyTo(_cut);
        ArrayPool<byte>.Shared.Return(room);
    }

    private static Fit Longer(Fit one, Fit other) => one > other ? one : other;
}
