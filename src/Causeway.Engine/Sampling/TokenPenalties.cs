namespace Causeway.Engine.Sampling;

/// <summary>What bias and penalties do to logits, and the memory of tokens that they need. Not thread-safe.</summary>
internal sealed class TokenPenalties
{
    private readonly SamplingOptions _options;
    private readonly Dictionary<int, int> _generated = [];
    private readonly HashSet<int> _seen = [];

    public TokenPenalties(SamplingOptions options, IReadOnlyList<int> prompt)
    {
        _options = options;
        if (options.RepetitionPenalty != 1) _seen.UnionWith(prompt);
    }

    public void Accept(int token)
    {
        if (_options.FrequencyPenalty != 0 || _options.PresencePenalty != 0) _generated[token] = _generated.GetValueOrDefault(token) + 1;
        if (_options.RepetitionPenalty != 1) _seen.Add(token);
    }

    public void Apply(Span<float> logits)
    {
        if (_options.LogitBias is { Count: > 0 } bias)
        {
            foreach (var (token, add) in bias) logits[token] += add;
        }
        foreach (var token in _seen)
            logits[token] = logits[token] > 0 ? logits[token] / _options.RepetitionPenalty : logits[token] * _options.RepetitionPenalty;
        foreach (var (token, times) in _generated) logits[token] -= (times * _options.FrequencyPenalty) + _options.PresencePenalty;
    }
}
