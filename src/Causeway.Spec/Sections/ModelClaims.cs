using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>
/// Which route matches which name or pattern, under which conditions. Two that are equally specific and may both match one request are
/// reported at both places, since either may be the wrong one.
/// </summary>
internal sealed class ModelClaims(DiagnosticBag bag)
{
    private readonly Dictionary<string, List<Claim>> _claims = new(StringComparer.Ordinal);

    public void Add(string model, string route, MatchConditions conditions, Position at)
    {
        if (!_claims.TryGetValue(model, out var claims)) _claims.Add(model, claims = []);
        var first = claims.Find(other => MatchConditions.CompareSpecificity(other.Conditions, conditions) == 0 && other.Conditions.Overlaps(conditions));
        if (first is null)
        {
            claims.Add(new Claim(route, conditions, at));
            return;
        }
        Report(model, at, first.Route, first.At, conditions);
        if (first.IsReported) return;
        Report(model, first.At, route, at, conditions);
        first.IsReported = true;
    }

    private void Report(string model, Position at, string otherRoute, Position other, MatchConditions conditions) => bag.Add(
        DiagnosticRule.ModelClaimedTwice, at,
        $"model '{Shown.Text(model)}' is also matched by route '{Shown.Text(otherRoute)}' in line {other.Line}"
        + (conditions.IsEmpty ? "" : ", with conditions that one request can meet as well"),
        conditions.IsEmpty ? null : "give one of them a further condition, or values that exclude the other's");

    private sealed class Claim(string route, MatchConditions conditions, Position at)
    {
        public string Route { get; } = route;
        public MatchConditions Conditions { get; } = conditions;
        public Position At { get; } = at;
        public bool IsReported { get; set; }
    }
}
