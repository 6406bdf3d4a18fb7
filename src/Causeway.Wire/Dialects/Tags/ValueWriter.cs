using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Dialects.Tags;

/// <summary>
/// Writes the value of one parameter while it comes in. Strings go out as they come; what has to be typed first is held, up to a
/// bound beyond which it is a string.
/// </summary>
internal sealed class ValueWriter(CallOutput output, int maxHeld, bool infersUntyped)
{
    private const JsonTypes Containers = JsonTypes.Object | JsonTypes.Array;
    private const int LongestNull = 8;
    private const int LongestScalar = 64;

    private byte[] _held = [];
    private int _heldLength;
    private int _limit;
    private JsonTypes _types;
    private bool _isJson;
    private bool _streams;

    /// <param name="types">What the schema says; none without one.</param>
    /// <param name="isString">What the markup says, if it does.</param>
    public void Begin(JsonTypes types, bool? isString)
    {
        _heldLength = 0;
        _isJson = isString == false || (isString is null && types is JsonTypes.Any or JsonTypes.None);
        _types = types != JsonTypes.None ? types : isString ?? !infersUntyped ? JsonTypes.String : JsonTypes.Any;
        if (isString == false && types == JsonTypes.None) _types = JsonTypes.Any;
        var mayBeString = (_types & JsonTypes.String) != 0;
        _limit = !mayBeString ? maxHeld
            : isString == true || _types == JsonTypes.String ? 0
            : _types == (JsonTypes.String | JsonTypes.Null) ? LongestNull
            : (_types & Containers) == 0 ? LongestScalar : maxHeld;
        _streams = _limit == 0;
        if (_streams) output.Raw("\""u8);
    }

    public void Append(ReadOnlySpan<byte> text)
    {
        if (!_streams && _heldLength + text.Length > _limit) Stream();
        if (_streams)
        {
            output.Escaped(text);
            return;
        }
        if (_held.Length < _heldLength + text.Length) Array.Resize(ref _held, Math.Max(_heldLength + text.Length, _held.Length * 2));
        text.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += text.Length;
    }

    public void End()
    {
        if (_streams) output.Raw("\""u8);
        else TypedValue.Write(output, _held.AsSpan(0, _heldLength), _types, _isJson);
        Release();
    }

    /// <summary>The value will never be complete: what is held goes out as the prefix it is.</summary>
    public void Cut()
    {
        if (_streams) return;
        var held = _held.AsSpan(0, _heldLength);
        if (IsPrefixOfJson(held)) output.Raw(held);
        else Stream();
        Release();
    }

    private void Stream()
    {
        if ((_types & JsonTypes.String) == 0) output.Note(DialectRepairs.Untyped);
        _streams = true;
        output.Raw("\""u8);
        output.Escaped(_held.AsSpan(0, _heldLength));
    }

    private void Release()
    {
        if (_held.Length > LongestScalar * 64) _held = [];
        _heldLength = 0;
    }

    private static bool IsPrefixOfJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(WireJson.ReaderOptions));
        try
        {
            while (reader.Read()) continue;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
