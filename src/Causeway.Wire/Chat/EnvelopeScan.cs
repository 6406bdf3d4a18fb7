using System.Text.Json;
using System.Text.Unicode;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>One pass over a request body for <see cref="ChatEnvelope.TryRead"/>. Methods return the first error, or null.</summary>
internal ref struct EnvelopeScan
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly MemberNames _names;
    private Utf8JsonReader _reader;

    private string? _model;
    private string? _user;
    private bool _stream;
    private bool _includeUsage;
    private ByteRange _modelValue;
    private ByteRange _streamOptions;
    private ByteRange _includeUsageValue;
    private ByteRange _messages;
    private ByteRange _tools;

    public EnvelopeScan(ReadOnlySpan<byte> body, MemberNames names)
    {
        _body = body;
        _names = names;
        _reader = new Utf8JsonReader(body, WireJson.ReaderOptions);
    }

    public WireError? Read(out ChatEnvelope envelope)
    {
        envelope = default;
        if (!Utf8.IsValid(_body)) return EnvelopeErrors.NotUtf8(_body);
        try
        {
            return ReadRoot(out envelope);
        }
        catch (JsonException e)
        {
            return EnvelopeErrors.NotJson(e);
        }
    }

    private WireError? ReadRoot(out ChatEnvelope envelope)
    {
        envelope = default;
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject) return EnvelopeErrors.NotAnObject(_reader.TokenType);
        var start = (int)_reader.TokenStartIndex;
        _names.Open();
        while (ReadName())
        {
            if (AddName(ignoreCase: true) is { } duplicate) return duplicate;
            if (ReadMember() is { } error) return error;
        }
        var root = new ByteRange(start, (int)_reader.BytesConsumed);
        _reader.Read(); // Throws when anything but white space follows.
        if (_model is null) return EnvelopeErrors.NoModel();
        envelope = new ChatEnvelope
        {
            Model = _model, ModelValue = _modelValue, Stream = _stream, IncludeUsage = _includeUsage,
            StreamOptions = _streamOptions, IncludeUsageValue = _includeUsageValue,
            Root = root, User = _user, Messages = _messages, Tools = _tools,
        };
        return null;
    }

    private WireError? ReadMember()
    {
        var member = Match();
        _reader.Read();
        switch (member)
        {
            case Member.Model: return ReadModel();
            case Member.Stream: return ReadBoolean("stream", out _stream);
            case Member.StreamOptions: return ReadStreamOptions();
            case Member.User: return ReadUser();
            case Member.Messages: return Walk(out _messages);
            case Member.Tools: return Walk(out _tools);
            default: return Walk(out _);
        }
    }

    private readonly Member Match()
    {
        // Most members of a request are none of these: their lengths tell without comparing. Escapes only lengthen a name.
        if (!_reader.ValueIsEscaped && _reader.ValueSpan.Length is < 4 or > 14) return Member.Other;
        if (Is("model"u8)) return Member.Model;
        if (Is("messages"u8)) return Member.Messages;
        if (Is("stream"u8)) return Member.Stream;
        if (Is("stream_options"u8)) return Member.StreamOptions;
        if (Is("tools"u8)) return Member.Tools;
        return Is("user"u8) ? Member.User : Member.Other;
    }

    private readonly bool Is(ReadOnlySpan<byte> name) => JsonText.NameEquals(in _reader, name);

    private WireError? ReadModel()
    {
        if (_reader.TokenType != JsonTokenType.String) return EnvelopeErrors.WrongType("model", "a string", _reader.TokenType);
        _modelValue = TokenRange();
        _model = JsonText.Text(in _reader, ChatEnvelope.MaxModelLength + 2);
        if (_model is null or "") return EnvelopeErrors.ModelNotText(_model);
        return _model.Length > ChatEnvelope.MaxModelLength ? EnvelopeErrors.ModelTooLong() : null;
    }

    private WireError? ReadUser()
    {
        if (_reader.TokenType != JsonTokenType.String) return Walk(out _);
        _user = JsonText.Text(in _reader, ChatEnvelope.MaxUserLength);
        return null;
    }

    private WireError? ReadStreamOptions()
    {
        var start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            return EnvelopeErrors.WrongType("stream_options", "an object", _reader.TokenType);
        if (_reader.TokenType == JsonTokenType.StartObject)
        {
            _names.Open();
            while (ReadName())
            {
                if (AddName(ignoreCase: false) is { } duplicate) return duplicate;
                if (ReadStreamOption() is { } error) return error;
            }
            _names.Close();
        }
        _streamOptions = new ByteRange(start, (int)_reader.BytesConsumed);
        return null;
    }

    private WireError? ReadStreamOption()
    {
        var isIncludeUsage = Is("include_usage"u8);
        _reader.Read();
        if (!isIncludeUsage) return Walk(out _);
        _includeUsageValue = TokenRange();
        return ReadBoolean("stream_options.include_usage", out _includeUsage);
    }

    private readonly WireError? ReadBoolean(string param, out bool value)
    {
        value = _reader.TokenType == JsonTokenType.True;
        return _reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
            ? null : EnvelopeErrors.WrongType(param, "a boolean", _reader.TokenType);
    }

    /// <summary>Passes over the value that begins at the current token, checking every object inside.</summary>
    private WireError? Walk(out ByteRange value)
    {
        value = default;
        var start = (int)_reader.TokenStartIndex;
        var depth = _reader.CurrentDepth;
        do
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (AddName(ignoreCase: false) is { } duplicate) return duplicate;
                    break;
                case JsonTokenType.StartObject:
                    if (_reader.CurrentDepth >= WireJson.MaxDepth) return EnvelopeErrors.TooDeep();
                    _names.Open();
                    break;
                case JsonTokenType.EndObject:
                    _names.Close();
                    break;
                case JsonTokenType.StartArray:
                    if (_reader.CurrentDepth >= WireJson.MaxDepth) return EnvelopeErrors.TooDeep();
                    break;
            }
        }
        while (!IsEndOfValue(depth) && _reader.Read());
        value = new ByteRange(start, (int)_reader.BytesConsumed);
        return null;
    }

    private readonly bool IsEndOfValue(int depth) =>
        _reader.CurrentDepth == depth && _reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);

    private bool ReadName()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    private readonly WireError? AddName(bool ignoreCase)
    {
        var start = (int)_reader.TokenStartIndex + 1;
        var range = new ByteRange(start, start + _reader.ValueSpan.Length);
        return _names.TryAdd(_body, range, _reader.ValueIsEscaped, ignoreCase) ? null : EnvelopeErrors.Duplicate(_body, start - 1);
    }

    private readonly ByteRange TokenRange() => new((int)_reader.TokenStartIndex, (int)_reader.BytesConsumed);

    private enum Member { Other, Model, Stream, StreamOptions, User, Messages, Tools }
}
