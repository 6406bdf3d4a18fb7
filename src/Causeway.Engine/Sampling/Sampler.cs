using System.Numerics;
using System.Numerics.Tensors;
using Causeway.Engine.Serving;

namespace Causeway.Engine.Sampling;

/// <summary>
/// Draws one answer's tokens, in the order that <see cref="SamplingOptions"/> states. What it draws depends on the seed, the logits and the tokens
/// accepted before, on nothing else. Not thread-safe.
/// </summary>
internal sealed class Sampler
{
    // Up to so many are found by passing over the others; more by partitioning.
    private const int FewBest = 256;

    private readonly SamplingOptions _options;
    private readonly TokenPenalties _penalties;
    private SeededRandom _random;

    /// <param name="prompt">For the repetition penalty.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public Sampler(SamplingOptions options, int vocabulary, IReadOnlyList<int> prompt)
    {
        Check(options, vocabulary);
        _options = options;
        _penalties = new TokenPenalties(options, prompt);
        _random = new SeededRandom(options.Seed ?? Random.Shared.NextInt64());
    }

    /// <summary>Draws a token. It counts for penalties only when it is accepted.</summary>
    /// <param name="logits">[vocabulary]; changed. A logit that is no number is never drawn; one that is infinite is drawn before all others.</param>
    /// <param name="allowed">Empty: all. Else bit i of word i/64 is token i, and at least one is set.</param>
    /// <exception cref="ArithmeticException">No allowed token has a logit that is a number.</exception>
    public GeneratedToken Next(Span<float> logits, ReadOnlySpan<ulong> allowed, SamplingScratch scratch)
    {
        Tame(logits);
        var report = _options.TopLogprobs >= 0;
        if (report) logits.CopyTo(scratch.Raw);
        _penalties.Apply(logits);
        var id = _options.Temperature == 0 ? MostLikely(logits, allowed) : Draw(logits, allowed, scratch);
        return report ? Report(id, scratch) : new GeneratedToken(id, float.NaN, []);
    }

    /// <summary>The token has become part of the answer.</summary>
    public void Accept(int token) => _penalties.Accept(token);

    private static void Check(SamplingOptions o, int vocabulary)
    {
        Range(o.Temperature >= 0 && float.IsFinite(o.Temperature), nameof(o.Temperature), "a number from 0 on");
        Range(o.TopP is >= 0 and <= 1, nameof(o.TopP), "a number from 0 to 1");
        Range(o.MinP is >= 0 and <= 1, nameof(o.MinP), "a number from 0 to 1");
        Range(o.TopK >= 0, nameof(o.TopK), "a number from 0 on");
        Range(float.IsFinite(o.FrequencyPenalty), nameof(o.FrequencyPenalty), "a finite number");
        Range(float.IsFinite(o.PresencePenalty), nameof(o.PresencePenalty), "a finite number");
        Range(o.RepetitionPenalty > 0 && float.IsFinite(o.RepetitionPenalty), nameof(o.RepetitionPenalty), "a number above 0");
        Range(o.TopLogprobs >= -1 && o.TopLogprobs <= FewBest, nameof(o.TopLogprobs), $"a number from -1 to {FewBest}");
        foreach (var (token, bias) in o.LogitBias ?? new Dictionary<int, float>())
        {
            Range((uint)token < (uint)vocabulary, nameof(o.LogitBias), $"of tokens from 0 to {vocabulary - 1}");
            Range(float.IsFinite(bias), nameof(o.LogitBias), "a finite number");
        }

        static void Range(bool holds, string option, string range)
        {
            if (!holds) throw new ArgumentException($"{option} must be {range}.", option);
        }
    }

    // A damaged model must not take the other answers of its batch with it, and one infinite logit must not turn all probabilities into NaN.
    private static void Tame(Span<float> logits)
    {
        if (float.IsFinite(TensorPrimitives.Max<float>(logits))) return;
        for (var i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i])) logits[i] = float.NegativeInfinity;
            else if (float.IsPositiveInfinity(logits[i])) logits[i] = 1e30f;
        }
    }

    private static int MostLikely(Span<float> logits, ReadOnlySpan<ulong> allowed)
    {
        if (!allowed.IsEmpty) Forbid(logits, allowed);
        var id = TensorPrimitives.IndexOfMax<float>(logits);
        return float.IsNegativeInfinity(logits[id]) ? throw NothingToDraw() : id;
    }

    private int Draw(Span<float> logits, ReadOnlySpan<ulong> allowed, SamplingScratch scratch)
    {
        var count = Candidates(logits, allowed, scratch);
        if (_options.TopK > 0 && count > _options.TopK) count = Keep(scratch, count, _options.TopK, double.PositiveInfinity);
        var total = ToWeights(scratch.Weights.AsSpan(0, count));
        count = Compact(scratch.Weights.AsSpan(0, count), scratch.Ids, total);
        if (_options.TopP < 1) count = Keep(scratch, count, int.MaxValue, Math.Max(_options.TopP * total, double.Epsilon));
        return scratch.Ids[Pick(scratch.Weights.AsSpan(0, count))];
    }

    private static int Keep(SamplingScratch scratch, int count, int limit, double mass) =>
        LargestFirst.Keep(scratch.Weights.AsSpan(0, count), scratch.Ids.AsSpan(0, count), limit, mass);

    // The logits of what may be drawn, and the ids. A narrow mask leaves few to look at; so does a small top-k.
    private int Candidates(Span<float> logits, ReadOnlySpan<ulong> allowed, SamplingScratch scratch)
    {
        if (!allowed.IsEmpty && Allowed(allowed) <= logits.Length / 16) return Gather(logits, allowed, scratch);
        if (!allowed.IsEmpty) Forbid(logits, allowed);
        if (_options.TopK is > 0 and <= FewBest) return LargestFirst.Find(logits, scratch.Weights.AsSpan(0, Math.Min(_options.TopK, logits.Length)), scratch.Ids);
        logits.CopyTo(scratch.Weights);
        for (var i = 0; i < logits.Length; i++) scratch.Ids[i] = i;
        return logits.Length;
    }

    private static int Allowed(ReadOnlySpan<ulong> allowed)
    {
        var count = 0;
        foreach (var word in allowed) count += BitOperations.PopCount(word);
        return count;
    }

    private static int Gather(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, SamplingScratch scratch)
    {
        var count = 0;
        for (var word = 0; word < allowed.Length; word++)
        {
            for (var bits = allowed[word]; bits != 0; bits &= bits - 1)
            {
                var id = (word * 64) + BitOperations.TrailingZeroCount(bits);
                if (id >= logits.Length) break;
                (scratch.Weights[count], scratch.Ids[count]) = (logits[id], id);
                count++;
            }
        }
        return count;
    }

    private static void Forbid(Span<float> logits, ReadOnlySpan<ulong> allowed)
    {
        for (var word = 0; word < allowed.Length && word * 64 < logits.Length; word++)
        {
            var forbidden = ~allowed[word];
            if (forbidden == 0) continue;
            var tokens = logits[(word * 64)..Math.Min(logits.Length, (word * 64) + 64)];
            if (allowed[word] == 0) tokens.Fill(float.NegativeInfinity);
            else
            {
                for (; forbidden != 0; forbidden &= forbidden - 1)
                {
                    var bit = BitOperations.TrailingZeroCount(forbidden);
                    if (bit < tokens.Length) tokens[bit] = float.NegativeInfinity;
                }
            }
        }
    }

    // In place: exp((logit - largest) / temperature), so that the largest weight is 1. Returns their sum.
    private double ToWeights(Span<float> logits)
    {
        var largest = logits.IsEmpty ? float.NegativeInfinity : TensorPrimitives.Max<float>(logits);
        if (float.IsNegativeInfinity(largest)) throw NothingToDraw();
        TensorPrimitives.Subtract(logits, largest, logits);
        TensorPrimitives.Divide(logits, _options.Temperature, logits);
        TensorPrimitives.Exp<float>(logits, logits);
        return Sum(logits);
    }

    // Drops what min-p drops and what top-p surely will: weights below (1 - p) total / n add up to less than (1 - p) total, so the others reach p.
    private int Compact(Span<float> weights, Span<int> ids, double total)
    {
        var least = Math.Max(_options.MinP, (1.0 - _options.TopP) * total / weights.Length * (1 - 1e-6));
        if (least <= 0) return weights.Length;
        var count = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] < least) continue;
            (weights[count], ids[count]) = (weights[i], ids[i]);
            count++;
        }
        return count;
    }

    private int Pick(ReadOnlySpan<float> weights)
    {
        var left = _random.NextDouble() * Sum(weights);
        var last = 0;
        for (var start = 0; start < weights.Length; start += 256)
        {
            var block = weights[start..Math.Min(start + 256, weights.Length)];
            var sum = TensorPrimitives.Sum(block);
            if (left >= sum && start + 256 < weights.Length)
            {
                left -= sum;
                continue;
            }
            for (var i = 0; i < block.Length; i++)
            {
                if (block[i] <= 0) continue;
                last = start + i;
                left -= block[i];
                if (left < 0) return last;
            }
        }
        return last;
    }

    private static double Sum(ReadOnlySpan<float> weights)
    {
        var sum = 0.0;
        for (var start = 0; start < weights.Length; start += 256) sum += TensorPrimitives.Sum(weights[start..Math.Min(start + 256, weights.Length)]);
        return sum;
    }

    private GeneratedToken Report(int id, SamplingScratch scratch)
    {
        var (raw, weights) = (scratch.Raw, scratch.Weights);
        var largest = TensorPrimitives.Max<float>(raw);
        TensorPrimitives.Subtract(raw, largest, weights);
        TensorPrimitives.Exp<float>(weights, weights);
        var log = largest + Math.Log(Sum(weights));
        Span<float> best = stackalloc float[_options.TopLogprobs];
        Span<int> places = stackalloc int[_options.TopLogprobs];
        var alternatives = new TokenLogprob[LargestFirst.Find(raw, best, places)];
        for (var i = 0; i < alternatives.Length; i++) alternatives[i] = new TokenLogprob(places[i], (float)(best[i] - log));
        return new GeneratedToken(id, (float)(raw[id] - log), alternatives);
    }

    private static ArithmeticException NothingToDraw() => new("No token that may come next has a logit that is a number: the model's weights are damaged, or its numbers overflowed.");
}
