using System.Buffers;
using System.Text;
using Causeway.Gateway.Upstreams;
using Causeway.Wire.Answers;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>How <see cref="WholeAsk"/> ended: with an <see cref="Answer"/>, or with a reply that says why there is none.</summary>
/// <param name="Reply">The reply that the answer came in, or the failed one; to be disposed by the receiver.</param>
/// <param name="Spent">Tokens of all answers that were asked for.</param>
/// <param name="Asks">How many those were.</param>
internal sealed record WholeAskOutcome(UpstreamReply Reply, WholeAnswer? Answer, TokenUsage Spent, int Asks);

/// <summary>Asks an upstream for one whole answer, and again, with what was wrong with it, as long as it does not keep the demands.</summary>
internal sealed class WholeAsk(Call call, IUpstream upstream, ChoiceChains chains, AnswerDemands demands)
{
    private const int MaxAnswerBytes = 64 << 20;
    private const int ReadBytes = 8 << 10;

    // What the model is shown of its own answer; the beginning is enough to see the fault.
    private const int MaxShownBytes = 32 << 10;

    /// <param name="ask">Asks for a whole answer.</param>
    /// <param name="choice">The index of the only choice wanted; null when the upstream numbers them.</param>
    public async Task<WholeAskOutcome> RunAsync(UpstreamCall ask, int? choice)
    {
        var original = ask.Body;
        var spent = default(TokenUsage);
        for (var asks = 1; ; asks++)
        {
            var reply = await upstream.SendAsync(ask, call.Deadline.Token);
            if (reply.Fault != UpstreamFault.None || reply.Status != 200 || reply.MediaType is not "application/json") return new(reply, null, spent, asks);
            var (json, failure) = await ReadAsync(reply);
            if (json is null) return new(Failed(reply, failure!), null, spent, asks);
            if (Edit(json, choice) is not { } answer) return new(new EditedReply([reply], "application/json", new MemoryStream(json)), null, spent, asks);
            spent = spent.Plus(answer.Usage ?? new TokenUsage(TokenEstimate.OfPrompt(call.Body.Span, call.Envelope), answer.CountedTokens));
            if (demands.Check(answer) is not var (complaint, at)) return new(reply, answer, spent, asks);
            if (asks > demands.MaxReasks) return new(Failed(reply, Unfit(complaint, asks)), null, spent, asks);
            reply.Dispose();
            ask = ask with { Body = AskAgain(original.Span, complaint, at) };
        }
    }

    private WholeAnswer? Edit(byte[] json, int? choice)
    {
        var scratch = new RentedBuffer();
        try
        {
            return WholeAnswer.Read(json, index => chains.Make(choice ?? index), scratch);
        }
        finally
        {
            scratch.Release();
        }
    }

    private async Task<(byte[]? Json, WireError? Failure)> ReadAsync(UpstreamReply reply)
    {
        var body = new RentedBuffer();
        try
        {
            while (await reply.Body.ReadAsync(body.GetMemory(ReadBytes), call.Deadline.Token) is > 0 and var read)
            {
                body.Advance(read);
                if (body.Length > MaxAnswerBytes) return (null, ErrorCodes.UpstreamResponseTooLarge.Error($"The upstream's answer is larger than {MaxAnswerBytes >> 20} MiB."));
            }
            return (body.Span.ToArray(), null);
        }
        catch (IOException)
        {
            return (null, ErrorCodes.UpstreamConnectionLost.Error("The upstream broke off in the middle of its answer."));
        }
        finally
        {
            body.Release();
        }
    }

    private static FailedReply Failed(UpstreamReply reply, WireError error)
    {
        reply.Dispose();
        return new FailedReply(error);
    }

    private static WireError Unfit(string complaint, int asks) => ErrorCodes.UpstreamAnswerUnfit.Error(
        $"The model was asked {asks} times and did not give what the request demands. The last fault, as it was told: {complaint}");

    private static ReadOnlyMemory<byte> AskAgain(ReadOnlySpan<byte> body, string complaint, WholeChoice at)
    {
        var messages = new ArrayBufferWriter<byte>();
        ReadOnlySpan<byte> said = PartJson.Joined(at.Chain.Out, PartKind.Text, -1);
        if (!said.IsEmpty)
        {
            messages.Write("{\"role\":\"assistant\",\"content\":"u8);
            PlainText.WriteQuoted(Shown(said), messages);
            messages.Write("},"u8);
        }
        messages.Write("{\"role\":\"user\",\"content\":"u8);
        PlainText.WriteQuoted(Encoding.UTF8.GetBytes(complaint), messages);
        messages.Write("}"u8);
        var again = new ArrayBufferWriter<byte>(body.Length + messages.WrittenCount + 16);
        AskBody.Read(body).Write(body, messages.WrittenSpan, asksWhole: false, again);
        return again.WrittenMemory;
    }

    private static ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> said)
    {
        if (said.Length <= MaxShownBytes) return said;
        var end = MaxShownBytes;
        while ((said[end] & 0xC0) == 0x80) end--;
        return said[..end];
    }
}
