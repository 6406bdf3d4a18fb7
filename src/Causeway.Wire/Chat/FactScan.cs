using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>One pass over an accepted body for <see cref="RequestFacts.Read"/>.</summary>
internal ref struct FactScan(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private readonly List<KeyValuePair<string, string>> _metadata = [];
    private Utf8JsonReader _reader = new(body, WireJson.ReaderOptions);
    private string? _promptCacheKey;
    private string? _safetyIdentifier;
    private bool _hasTools;
    private bool _hasFunctions;
    private bool _isChoiceNone;
    private bool _hasToolMessages;
    private MessageScan _messages = new();

    public RequestFacts Read()
    {
        _reader.Read();
        while (ReadName())
        {
            var member = Match();
            _reader.Read();
            ReadMember(member);
        }
        return new RequestFacts
        {
            PromptCacheKey = _promptCacheKey,
            SafetyIdentifier = _safetyIdentifier,
            Metadata = _metadata,
            OffersTools = (_hasTools || _hasFunctions) && !_isChoiceNone,
            HasToolMessages = _hasToolMessages,
            CodeSign = _messages.CodeSign,
            Opening = _messages.EndOpening(),
        };
    }

    private void ReadMember(Member member)
    {
        switch (member)
        {
            case Member.Messages: ReadMessages(); break;
            case Member.Metadata: ReadMetadata(); break;
            case Member.Tools: _hasTools = IsFilledArray(); break;
            case Member.Functions: _hasFunctions = IsFilledArray(); break;
            case Member.ToolChoice: _isChoiceNone = Text() == "none"; break;
            case Member.PromptCacheKey: _promptCacheKey = Text(); break;
            case Member.SafetyIdentifier: _safetyIdentifier = Text(); break;
            default: _reader.Skip(); break;
        }
    }

    private readonly Member Match()
    {
        if (Is("messages"u8)) return Member.Messages;
        if (Is("metadata"u8)) return Member.Metadata;
        if (Is("tools"u8)) return Member.Tools;
        if (Is("functions"u8)) return Member.Functions;
        if (Is("tool_choice"u8)) return Member.ToolChoice;
        if (Is("prompt_cache_key"u8)) return Member.PromptCacheKey;
        return Is("safety_identifier"u8) ? Member.SafetyIdentifier : Member.Other;
    }

    private readonly bool Is(ReadOnlySpan<byte> name) => JsonText.NameEquals(in _reader, name);

    private bool ReadName() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    private string? Text()
    {
        if (_reader.TokenType == JsonTokenType.String) return JsonText.Text(in _reader, RequestFacts.MaxText + 1) is { Length: > 0 } text ? text : null;
        _reader.Skip();
        return null;
    }

    private bool IsFilledArray()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return false;
        }
        var isFilled = false;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            isFilled = true;
            _reader.Skip();
        }
        return isFilled;
    }

    private void ReadMetadata()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }
        while (ReadName())
        {
            var name = JsonText.Text(in _reader, RequestFacts.MaxText + 1);
            _reader.Read();
            var value = Text();
            if (name is not null && value is not null && _metadata.Count < RequestFacts.MaxMetadata) _metadata.Add(new(name, value));
        }
    }

    private void ReadMessages()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.StartObject) ReadMessage();
            else _reader.Skip();
        }
    }

    private void ReadMessage()
    {
        var role = MessageRole.Other;
        var content = default(ByteRange);
        while (ReadName())
        {
            var (isRole, isContent, isCalls) = (Is("role"u8), Is("content"u8), Is("tool_calls"u8) || Is("function_call"u8));
            _reader.Read();
            if (isRole) role = Role();
            _hasToolMessages |= isCalls && _reader.TokenType != JsonTokenType.Null;
            var start = (int)_reader.TokenStartIndex;
            _reader.Skip();
            if (isContent) content = new ByteRange(start, (int)_reader.BytesConsumed);
        }
        _hasToolMessages |= role == MessageRole.Tool;
        _messages.Add(role, content.In(_body));
    }

    private readonly MessageRole Role()
    {
        if (_reader.TokenType != JsonTokenType.String) return MessageRole.Other;
        if (Is("user"u8)) return MessageRole.User;
        return Is("tool"u8) || Is("function"u8) ? MessageRole.Tool : MessageRole.Other;
    }

    private enum Member { Other, Messages, Metadata, Tools, Functions, ToolChoice, PromptCacheKey, SafetyIdentifier }
}

internal enum MessageRole : byte { Other, User, Tool }

/// <summary>What the messages of a conversation tell, one after the other.</summary>
internal struct MessageScan()
{
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];
    private IncrementalHash? _opening = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isOpened;
    private int _looked;

    public CodeSign CodeSign { get; private set; }

    /// <param name="content">The value as sent; empty when there is none.</param>
    public void Add(MessageRole role, ReadOnlySpan<byte> content)
    {
        var looked = content[..Math.Min(content.Length, RequestFacts.MaxLooked)];
        if (!_isOpened)
        {
            _opening!.AppendData([(byte)role]);
            _opening.AppendData(looked);
            _isOpened = role == MessageRole.User;
        }
        if (role != MessageRole.User || CodeSign != CodeSign.None || _looked >= RequestFacts.MaxLookedInAll) return;
        _looked += looked.Length;
        CodeSign = CodeSigns.In(looked);
    }

    /// <summary>Once, at the end.</summary>
    public string? EndOpening()
    {
        using var hash = _opening;
        _opening = null;
        if (!_isOpened) return null;
        hash!.GetHashAndReset(_digest);
        return Convert.ToHexStringLower(_digest);
    }
}
