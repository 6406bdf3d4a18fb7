using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>One pass over an answer that splices repairs in, on behalf of <see cref="ChunkRepair"/>.</summary>
internal ref struct AnswerRepair(ReadOnlySpan<byte> json, ToolCallIndexes? calls, TokenUsage estimate, IBufferWriter<byte> output)
{
    private ByteSplice _splice = new(json, output);
    private Utf8JsonReader _reader = new(json, WireJson.ReaderOptions);

    public bool TryWrite()
    {
        try
        {
            if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject) return false;
            while (ReadName()) RepairMember();
        }
        catch (JsonException) when (!_splice.HasChanged)
        {
            return false;
        }
        if (_splice.HasChanged) _splice.Finish();
        return _splice.HasChanged;
    }

    private void RepairMember()
    {
        if (Is("usage"u8)) RepairUsage();
        else if (Is("choices"u8)) RepairChoices();
        else _reader.Skip();
    }

    private void RepairUsage()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.StartObject)
        {
            var ahead = _reader;
            var stated = UsageReader.Read(ref ahead);
            var counts = new TokenUsage(stated.Prompt ?? estimate.Prompt, stated.Completion ?? estimate.Completion);
            RepairCounts(counts, stated.NeedsRepair);
        }
        else if (_reader.TokenType != JsonTokenType.Null) ReplaceValue("null"u8);
    }

    private void RepairCounts(TokenUsage counts, bool anyIsWrong)
    {
        var depth = _reader.CurrentDepth;
        while (_reader.Read() && _reader.CurrentDepth > depth)
        {
            if (_reader.TokenType != JsonTokenType.PropertyName || !UsageReader.IsCount(in _reader)) continue;
            var isTop = _reader.CurrentDepth == depth + 1;
            var replacement = isTop ? MainCount(counts) : null;
            var isTotal = isTop && Is("total_tokens"u8);
            _reader.Read();
            if (replacement is null && _reader.TokenType == JsonTokenType.Null) continue;
            var count = UsageReader.Count(in _reader, out var isClean);
            // A total that was right for the wrong parts is wrong for the right ones.
            if (isTotal && anyIsWrong && count != counts.Total) (count, isClean) = (counts.Total, false);
            if (isClean) continue;
            ReplaceWith(count ?? replacement ?? 0);
        }
    }

    private readonly long? MainCount(TokenUsage counts)
    {
        if (Is("prompt_tokens"u8)) return counts.Prompt;
        if (Is("completion_tokens"u8)) return counts.Completion;
        return Is("total_tokens"u8) ? counts.Total : null;
    }

    private void RepairChoices()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.StartObject) RepairChoice();
            else _reader.Skip();
        }
    }

    private void RepairChoice()
    {
        var start = _reader;
        while (ReadName())
        {
            if (!Is("delta"u8) && !Is("message"u8))
            {
                _reader.Skip();
                continue;
            }
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.StartObject) RepairMessage(in start);
            else _reader.Skip();
        }
    }

    private void RepairMessage(ref readonly Utf8JsonReader choice)
    {
        while (ReadName())
        {
            if (!Is("tool_calls"u8))
            {
                _reader.Skip();
                continue;
            }
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartArray)
            {
                _reader.Skip();
                continue;
            }
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            {
                if (_reader.TokenType == JsonTokenType.StartObject) RepairToolCall(in choice);
                _reader.Skip();
            }
        }
    }

    private void RepairToolCall(ref readonly Utf8JsonReader choice)
    {
        var call = ToolCallFacts.Read(_reader);
        var lacksIndex = calls is not null && call.Index is null;
        var indexFirst = !call.IndexValue.IsEmpty && call.IndexValue.Start < call.Arguments.Start;
        if (lacksIndex && indexFirst) WriteIndex(in choice, call);
        if (call.ArgumentsAreJson)
        {
            _splice.Skip(call.Arguments);
            JsonAsText.Write(call.Arguments.In(_splice.Source), _splice.Output);
        }
        if (lacksIndex && !indexFirst) WriteIndex(in choice, call);
    }

    private void WriteIndex(ref readonly Utf8JsonReader choice, in ToolCallFacts call)
    {
        var index = calls?.Assign(ChoiceIndex.Read(choice), call.Id, call.HasName) ?? 0;
        if (call.IndexValue.IsEmpty)
        {
            _splice.Insert(call.End, call.IsEmpty ? "\"index\":"u8 : ",\"index\":"u8);
            WriteNumber(index);
            return;
        }
        _splice.Skip(call.IndexValue);
        WriteNumber(index);
    }

    private void ReplaceWith(long number)
    {
        ReplaceValue(default);
        WriteNumber(number);
    }

    private void ReplaceValue(ReadOnlySpan<byte> replacement)
    {
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        _splice.Replace(new ByteRange(start, (int)_reader.BytesConsumed), replacement);
    }

    private readonly void WriteNumber(long number)
    {
        var room = _splice.Output.GetSpan(20);
        _ = Utf8Formatter.TryFormat(number, room, out var written);
        _splice.Output.Advance(written);
    }

    private bool ReadName()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    private readonly bool Is(ReadOnlySpan<byte> name) => JsonText.NameEquals(in _reader, name);
}
