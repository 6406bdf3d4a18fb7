using System.Buffers;
using Causeway.Wire.Answers;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>One choice of a whole answer after its edits.</summary>
internal sealed record WholeChoice(ChoiceFrame Frame, ChoiceChain Chain);

/// <summary>An answer in one piece, edited. Several can be written as one, and any as a stream. Used by one exchange at a time.</summary>
internal sealed class WholeAnswer
{
    private readonly AnswerFrame _frame = new();
    private readonly byte[] _json;
    private readonly List<WholeChoice> _choices = [];

    private WholeAnswer(byte[] json) => _json = json;

    public IReadOnlyList<WholeChoice> Choices => _choices;

    /// <summary>As the upstream states it.</summary>
    public TokenUsage? Usage => _frame.Counts;

    /// <summary>The gateway's own count of what was generated.</summary>
    public long CountedTokens => _choices.Sum(choice => choice.Chain.Count.Tokens);

    /// <summary>Reads and edits an answer; null when it is none: whoever sent it will be judged by the relay.</summary>
    public static WholeAnswer? Read(byte[] json, Func<int, ChoiceChain> chains, RentedBuffer scratch)
    {
        var answer = new WholeAnswer(json);
        if (!answer._frame.TryRead(json, isChunk: false) || answer._frame.Choices.IsEmpty) return null;
        foreach (ref readonly var choice in answer._frame.Choices)
        {
            var chain = chains(choice.Index);
            chain.Take(answer._frame, choice, json, scratch);
            chain.End(isWhole: true);
            answer._choices.Add(new WholeChoice(choice, chain));
        }
        return answer;
    }

    /// <summary>Whether a choice's message has a member of this name that is not null, beside those that are read.</summary>
    public bool Has(WholeChoice choice, ReadOnlySpan<byte> quotedName)
    {
        foreach (var member in _frame.Members(choice.Frame.MessageRest))
            if (!member.IsNull && member.Range.In(_json).StartsWith(quotedName)) return true;
        return false;
    }

    /// <summary>Writes answers as one: the first choice of each, numbered anew; a single answer keeps all its choices.</summary>
    /// <param name="usage">Null keeps the first answer's.</param>
    public static void Write(IReadOnlyList<WholeAnswer> answers, TokenUsage? usage, RentedBuffer output)
    {
        var first = answers[0];
        if (answers.Count == 1 && usage is null && !first._choices.Exists(choice => choice.Chain.IsChanged))
        {
            output.Write(first._json);
            return;
        }
        output.Write("{"u8);
        if (AnswerFrame.WriteMembers(first._frame.Identity, first._json, output)) output.Write(","u8);
        output.Write("\"choices\":["u8);
        WriteChoices(answers, output);
        output.Write("]"u8);
        first.WriteUsage(usage, output);
        first.WriteRest(output);
        output.Write("}"u8);
    }

    /// <summary>Writes answers, numbered as in <see cref="Write"/>, as the events of a stream, <c>[DONE]</c> included.</summary>
    public static void PlayOut(IReadOnlyList<WholeAnswer> answers, TokenUsage usage, RentedBuffer output)
    {
        var identity = new AnswerIdentity();
        var first = answers[0];
        identity.Learn(first._frame, first._json);
        var rest = new RentedBuffer();
        AnswerFrame.WriteMembers(first._frame.Rest, first._json, rest);
        for (var i = 0; i < answers.Count; i++)
        {
            var answer = answers[i];
            var writer = new ChunkWriter(identity, answers.Count == 1 ? null : i);
            foreach (var choice in answers.Count == 1 ? answer._choices : answer._choices[..1])
            {
                writer.WriteChoice(choice.Chain, answer._frame, choice.Frame, answer._json, rest.Span, output);
                rest.Clear();
            }
            if (i == answers.Count - 1) writer.WriteUsage(usage, output);
            writer.Release();
        }
        rest.Release();
        output.Write("data: [DONE]\n\n"u8);
    }

    private static void WriteChoices(IReadOnlyList<WholeAnswer> answers, RentedBuffer output)
    {
        if (answers.Count == 1)
        {
            for (var i = 0; i < answers[0]._choices.Count; i++)
            {
                if (i > 0) output.Write(","u8);
                var choice = answers[0]._choices[i];
                if (choice.Chain.IsChanged) answers[0].WriteChoice(choice, choice.Frame.Index, output);
                else output.Write(choice.Frame.Element.In(answers[0]._json));
            }
            return;
        }
        for (var i = 0; i < answers.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            answers[i].WriteChoice(answers[i]._choices[0], i, output);
        }
    }

    private void WriteChoice(WholeChoice choice, int index, RentedBuffer output)
    {
        output.Write("{\"index\":"u8);
        PartJson.WriteNumber(index, output);
        output.Write(",\"message\":{\"role\":\"assistant\","u8);
        WriteMessage(choice, output);
        output.Write("},"u8);
        if (AnswerFrame.WriteMembers(_frame.Members(choice.Frame.Rest), _json, output)) output.Write(","u8);
        if (!PartJson.TryWriteText(choice.Chain.Out, PartKind.Finish, "\"finish_reason\":"u8, output)) output.Write("\"finish_reason\":null"u8);
        output.Write("}"u8);
    }

    private void WriteMessage(WholeChoice choice, RentedBuffer output)
    {
        var parts = choice.Chain.Out;
        var any = AnswerFrame.WriteMembers(_frame.Members(choice.Frame.MessageRest), _json, output);
        if (!choice.Frame.ContentIsKept)
        {
            if (any) output.Write(","u8);
            if (!PartJson.TryWriteText(parts, PartKind.Text, "\"content\":"u8, output))
                output.Write(choice.Frame.Content.IsPresent && !parts.HasCalls ? "\"content\":\"\""u8 : "\"content\":null"u8);
            any = true;
        }
        any |= PartJson.TryWriteText(parts, PartKind.Reasoning, any ? ",\"reasoning_content\":"u8 : "\"reasoning_content\":"u8, output);
        if (!parts.HasCalls) return;
        if (any) output.Write(","u8);
        PartJson.TryWriteCalls(parts, output);
    }

    private void WriteUsage(TokenUsage? usage, RentedBuffer output)
    {
        if (usage is null && _frame.Usage.IsEmpty) return;
        output.Write(",\"usage\":"u8);
        if (usage is { } counts) UsageJson.Write(counts, output);
        else output.Write(_frame.Usage.In(_json));
    }

    private void WriteRest(RentedBuffer output)
    {
        foreach (var member in _frame.Rest)
        {
            if (member.IsNull) continue;
            output.Write(","u8);
            output.Write(member.Range.In(_json));
        }
    }
}
