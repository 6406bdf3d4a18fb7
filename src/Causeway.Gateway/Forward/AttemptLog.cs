using System.Text;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Forward;

/// <summary>What was tried for one exchange, in order, as a person reads it: <c>acme/gpt-4o 503, bedrock/deepseek.v3.2 200</c>.</summary>
internal sealed class AttemptLog
{
    private readonly List<(TargetPlan Target, string Result)> _attempts = [];

    public int Count => _attempts.Count;

    public void Add(TargetPlan target, string result) => _attempts.Add((target, result));

    public void Clear() => _attempts.Clear();

    public override string ToString()
    {
        if (_attempts is [var (only, status)]) return only.Model is null ? $"{only.Upstream} {status}" : $"{only.Upstream}/{only.Model} {status}";
        var text = new StringBuilder();
        foreach (var (target, result) in _attempts)
        {
            if (text.Length > 0) text.Append(", ");
            text.Append(target.Upstream);
            if (target.Model is not null) text.Append('/').Append(target.Model);
            text.Append(' ').Append(result);
        }
        return text.ToString();
    }
}
