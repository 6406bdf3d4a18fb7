using System.Text.Json;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Wire.Answers;

/// <summary>The one pass of <see cref="AnswerFrame.TryRead"/>. Throws <see cref="JsonException"/> where the bytes are not JSON.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> json, AnswerFrame frame, bool isChunk)
{
    private Utf8JsonReader _reader = new(json, WireJson.ReaderOptions);
    private bool _hasChoices;
    private bool _isError;

    public bool TryRead()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject) return false;
        while (ReadName()) ReadMember();
        return !_reader.Read() && _hasChoices && !_isError;
    }

    private void ReadMember()
    {
        if (Is("choices"u8)) ReadChoices();
        else if (Is("usage"u8)) ReadUsage();
        else
        {
            var isIdentity = IsIdentity();
            _isError |= Is("error"u8) && !NextIsNull();
            frame.Keep(Skipped(), isIdentity);
        }
    }

    private readonly bool IsIdentity() => Is("id"u8) || Is("object"u8) || Is("created"u8) || Is("model"u8) || Is("system_fingerprint"u8) || Is("service_tier"u8);

    private void ReadUsage()
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        var counts = default(TokenUsage?);
        var isNull = _reader.TokenType == JsonTokenType.Null;
        if (_reader.TokenType == JsonTokenType.StartObject) counts = UsageReader.Read(ref _reader).Usage;
        else _reader.Skip();
        if (!isNull) frame.SetUsage(new ByteRange(start, (int)_reader.BytesConsumed), counts);
    }

    private void ReadChoices()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }
        _hasChoices = true;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.StartObject) _reader.Skip();
            else ReadChoice();
        }
    }

    private void ReadChoice()
    {
        var start = (int)_reader.TokenStartIndex;
        var choice = new ChoiceFrame { Index = ChoiceIndex.Read(_reader) };
        var message = default(Utf8JsonReader);
        var (hasMessage, first) = (false, frame.MemberCount);
        while (ReadName())
        {
            if (Is("index"u8)) _ = Skipped();
            else if (Is("finish_reason"u8)) choice = choice with { FinishReason = ReadText() };
            else if (Is("delta"u8) || Is("message"u8))
            {
                message = SkippedStart();
                hasMessage = true;
            }
            else frame.KeepMember(Skipped());
        }
        choice = choice with { Rest = new FrameSlice(first, frame.MemberCount - first), Element = new ByteRange(start, (int)_reader.BytesConsumed) };
        if (hasMessage) choice = ReadAt(message, choice);
        frame.Add(choice);
    }

    /// <summary>Members kept of one object lie together in the frame's list: what is inside is read in a second pass.</summary>
    private ChoiceFrame ReadAt(Utf8JsonReader message, ChoiceFrame choice)
    {
        var after = _reader;
        _reader = message;
        choice = ReadMessage(choice);
        _reader = after;
        return choice;
    }

    private Utf8JsonReader SkippedStart()
    {
        _reader.Read();
        var start = _reader;
        _reader.Skip();
        return start;
    }

    private ChoiceFrame ReadMessage(ChoiceFrame choice)
    {
        if (_reader.TokenType != JsonTokenType.StartObject) return choice;
        var first = frame.MemberCount;
        var calls = default(Utf8JsonReader);
        var hasCalls = false;
        while (ReadName())
        {
            if (Is("role"u8)) choice = choice with { HasRole = ReadText().IsPresent };
            else if (Is("content"u8)) choice = ReadContent(choice);
            else if (Is("reasoning_content"u8)) choice = WithReasoning(choice, isShort: false);
            else if (Is("reasoning"u8) && !NextIsStructured() && !choice.Reasoning.IsPresent) choice = WithReasoning(choice, isShort: true);
            else if (Is("tool_calls"u8))
            {
                calls = SkippedStart();
                hasCalls = true;
            }
            else frame.KeepMember(Skipped());
        }
        choice = choice with { MessageRest = new FrameSlice(first, frame.MemberCount - first) };
        if (!hasCalls || calls.TokenType != JsonTokenType.StartArray) return choice;
        _reader = calls;
        return ReadCalls(choice);
    }

    private ChoiceFrame ReadContent(ChoiceFrame choice)
    {
        if (!NextIsStructured()) return choice with { Content = ReadText() };
        frame.KeepMember(Skipped());
        return choice with { ContentIsKept = true };
    }

    private ChoiceFrame WithReasoning(ChoiceFrame choice, bool isShort)
    {
        var text = ReadText();
        return text.IsPresent ? choice with { Reasoning = text, ReasoningIsShort = isShort } : choice;
    }

    private ChoiceFrame ReadCalls(ChoiceFrame choice)
    {
        var first = frame.CallCount;
        for (var position = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (_reader.TokenType == JsonTokenType.StartObject) ReadCall(choice.Index, position);
            else _reader.Skip();
        }
        return choice with { Calls = new FrameSlice(first, frame.CallCount - first) };
    }

    private void ReadCall(int choice, int position)
    {
        var start = (int)_reader.TokenStartIndex;
        var facts = ToolCallFacts.Read(_reader);
        var first = frame.MemberCount;
        var call = default(CallFrame);
        while (ReadName())
        {
            if (Is("index"u8)) _ = Skipped();
            else if (Is("type"u8)) call = call with { HasType = ReadText().IsPresent };
            else if (Is("id"u8)) call = call with { Id = ReadText() };
            else if (Is("function"u8)) call = ReadFunction(call);
            else frame.KeepMember(Skipped());
        }
        call = call with { Rest = new FrameSlice(first, frame.MemberCount - first), Element = new ByteRange(start, (int)_reader.BytesConsumed) };
        frame.Add(call, choice, facts, isChunk ? null : position);
    }

    private CallFrame ReadFunction(CallFrame call)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return call;
        }
        while (ReadName())
        {
            if (Is("name"u8)) call = call with { Name = ReadText() };
            else if (Is("arguments"u8)) call = ReadArguments(call);
            else _ = Skipped();
        }
        return call with { IsFunction = true };
    }

    private CallFrame ReadArguments(CallFrame call)
    {
        var ahead = _reader;
        ahead.Read();
        if (ahead.TokenType is JsonTokenType.String or JsonTokenType.Null) return call with { Arguments = ReadText() };
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return call with { ArgumentsJson = new ByteRange(start, (int)_reader.BytesConsumed) };
    }

    private bool ReadName()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    private readonly bool Is(ReadOnlySpan<byte> name) => JsonText.NameEquals(in _reader, name);

    private readonly bool NextIsNull()
    {
        var ahead = _reader;
        return ahead.Read() && ahead.TokenType == JsonTokenType.Null;
    }

    private readonly bool NextIsStructured()
    {
        var ahead = _reader;
        return ahead.Read() && ahead.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
    }

    private FrameText ReadText()
    {
        _reader.Read();
        var isText = _reader.TokenType == JsonTokenType.String;
        var start = (int)_reader.TokenStartIndex + 1;
        var text = isText ? new FrameText(new ByteRange(start, start + _reader.ValueSpan.Length), true) : default;
        _reader.Skip();
        return text;
    }

    private FrameMember Skipped()
    {
        var start = (int)_reader.TokenStartIndex;
        _reader.Read();
        var isNull = _reader.TokenType == JsonTokenType.Null;
        _reader.Skip();
        return new FrameMember(new ByteRange(start, (int)_reader.BytesConsumed), isNull);
    }
}
