using Causeway.Spec.Diagnostics;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>
/// Which route matches which name or pattern. A second claim is reported at both places, since either may be the wrong one.
/// </summary>
internal sealed class ModelClaims(DiagnosticBag bag)
{
    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);

    public void Add(string model, string route, Position at)
    {
        if (_claims.TryAdd(model, new Claim(route, at))) return;
        var first = _claims[model];
        Report(model, at, first.Route, first.At);
        if (first.IsReported) return;
        Report(model, first.At, route, at);
        first.IsReported = true;
    }

    private void Report(string model, Position at, string otherRoute, Position other) => bag.Add(DiagnosticRule.ModelClaimedTwice, at,
        $"model '{Shown.Text(model)}' is also matched by route '{Shown.Text(otherRoute)}' in line {other.Line}");

    private sealed class Claim(string route, Position at)
    {
        public string Route { get; } = route;
        public Position At { get; } = at;
        public bool IsReported { get; set; }
    }
}
