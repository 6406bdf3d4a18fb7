using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>
/// One pass over an answer, whole or a chunk of one: reads what the ledger and the relay need and passes over the rest. Used by
/// <see cref="ChunkTap"/> and <see cref="CompletionScan"/>; does not throw.
/// </summary>
/// <param name="json">The answer or the payload of an event, in valid UTF-8.</param>
/// <param name="calls">The stream's tool calls; null for a whole answer, where calls have no index.</param>
/// <param name="holes">Where texts that change from event to event are noted; may be empty.</param>
internal ref struct AnswerReader(ReadOnlySpan<byte> json, ToolCallIndexes? calls, Span<TextHole> holes)
{
    private const int MaxFinishReason = 64;

    private readonly Span<TextHole> _holes = holes;
    private Utf8JsonReader _reader = new(json, WireJson.ReaderOptions);

    /// <summary>The type of the root token.</summary>
    public JsonTokenType Root { get; private set; }

    public bool HasMembers { get; private set; }

    /// <summary>Elements of <c>choices</c>; null when it is absent or not an array.</summary>
    public int? Choices { get; private set; }

    public bool HasError { get; private set; }

    /// <summary>Whether <c>usage</c> is an object.</summary>
    public bool HasUsage { get; private set; }

    public TokenUsage? Usage { get; private set; }

    /// <summary>The last one stated.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>The model's name; null when it is absent, not text, or not asked for by <see cref="WantsModel"/>.</summary>
    public string? Model { get; private set; }

    public bool WantsModel { get; set; }

    public bool NeedsRepair { get; private set; }

    /// <summary>Raw bytes of the texts in messages and deltas.</summary>
    public long ContentBytes { get; private set; }

    public TokenEstimate Estimate;

    /// <summary>Texts found; more than <c>holes</c> has room for when some were not noted.</summary>
    public int HoleCount { get; private set; }

    /// <summary>False when the bytes are not one JSON value.</summary>
    public bool TryRead()
    {
        try
        {
            _reader.Read();
            Root = _reader.TokenType;
            if (Root == JsonTokenType.StartObject)
                while (ReadName()) ReadMember();
            else _reader.Skip();
            return !_reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool ReadName()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    private readonly bool Is(ReadOnlySpan<byte> name) => JsonText.NameEquals(in _reader, name);

    /// <summary>Most names are none of those that matter, and their length alone tells. Escapes only lengthen a name.</summary>
    private readonly bool MayBe(ulong lengths) => _reader.ValueIsEscaped || ((lengths >> Math.Min(_reader.ValueSpan.Length, 63)) & 1) != 0;

    private void ReadMember()
    {
        HasMembers = true;
        if (!MayBe(1 << 5 | 1 << 6 | 1 << 7 | 1 << 11)) _reader.Skip();
        else if (Is("choices"u8)) ReadChoices();
        else if (Is("usage"u8)) ReadUsage();
        else if (Is("model"u8)) ReadModel();
        else if (Is("object"u8)) ReadObject();
        else if (Is("error"u8)) ReadError();
        else if (Is("obfuscation"u8)) ReadText(isContent: false); // OpenAI's padding against traffic analysis
        else _reader.Skip();
    }

    private void ReadModel()
    {
        _reader.Read();
        if (WantsModel && _reader.TokenType == JsonTokenType.String) Model = JsonText.Text(in _reader, ChatEnvelope.MaxModelLength);
        _reader.Skip();
    }

    private void ReadObject()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String && Is("error"u8)) HasError = true; // vLLM's {"object":"error","message":..}
        _reader.Skip();
    }

    private void ReadError()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.Null) HasError = true;
        _reader.Skip();
    }

    private void ReadUsage()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.StartObject)
        {
            HasUsage = true;
            var usage = UsageReader.Read(ref _reader);
            Usage = usage.Usage;
            NeedsRepair |= usage.NeedsRepair;
            return;
        }
        NeedsRepair |= _reader.TokenType != JsonTokenType.Null;
        _reader.Skip();
    }

    private void ReadChoices()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }
        var count = 0;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            count++;
            if (_reader.TokenType == JsonTokenType.StartObject) ReadChoice();
            else _reader.Skip();
        }
        Choices = count;
    }

    private void ReadChoice()
    {
        var start = _reader;
        while (ReadName())
        {
            if (!MayBe(1 << 5 | 1 << 7 | 1 << 13)) _reader.Skip();
            else if (Is("delta"u8) || Is("message"u8)) ReadMessage(in start);
            else if (Is("finish_reason"u8)) ReadFinishReason();
            else if (Is("text"u8)) ReadText(isContent: true); // of a text completion
            else _reader.Skip();
        }
    }

    private void ReadFinishReason()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
            FinishReason = FinishReasons.Known(_reader.ValueSpan) ?? JsonText.Text(in _reader, MaxFinishReason) ?? FinishReason;
        _reader.Skip();
    }

    private void ReadMessage(ref readonly Utf8JsonReader choice)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }
        while (ReadName())
        {
            if (!MayBe(1 << 7 | 1 << 9 | 1 << 10 | 1 << 17)) _reader.Skip();
            else if (Is("content"u8) || Is("reasoning_content"u8) || Is("reasoning"u8) || Is("refusal"u8)) ReadText(isContent: true);
            else if (Is("tool_calls"u8)) ReadToolCalls(in choice);
            else _reader.Skip();
        }
    }

    private void ReadText(bool isContent)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.String)
        {
            _reader.Skip();
            return;
        }
        var start = (int)_reader.TokenStartIndex + 1;
        var hole = new TextHole(new ByteRange(start, start + _reader.ValueSpan.Length), isContent);
        if (HoleCount < _holes.Length) _holes[HoleCount] = hole;
        HoleCount++;
        if (!isContent) return;
        ContentBytes += _reader.ValueSpan.Length;
        Estimate.AddJson(_reader.ValueSpan);
    }

    private void ReadToolCalls(ref readonly Utf8JsonReader choice)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.StartObject) ReadToolCall(in choice);
            else _reader.Skip();
        }
    }

    private void ReadToolCall(ref readonly Utf8JsonReader choice)
    {
        var facts = ToolCallFacts.Read(_reader);
        NeedsRepair |= facts.ArgumentsAreJson || (calls is not null && facts.Index is null);
        if (calls is not null && facts.Index is { } index) calls.Note(ChoiceIndex.Read(choice), index, facts.Id);
        while (ReadName())
        {
            if (Is("function"u8)) ReadFunction();
            else _reader.Skip();
        }
    }

    private void ReadFunction()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }
        while (ReadName())
        {
            if (Is("name"u8) || Is("arguments"u8)) ReadText(isContent: true);
            else _reader.Skip();
        }
    }
}

/// <summary>A string's inside in an event: the part in which it differs from the event before.</summary>
internal readonly record struct TextHole(ByteRange Range, bool IsContent);
