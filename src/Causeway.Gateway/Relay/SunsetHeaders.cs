using System.Collections.Frozen;
using System.Globalization;
using Causeway.Spec.Plans;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Tells callers that the model behind an answer has an end: <c>Deprecation</c> (RFC 9745, seconds since the epoch after an <c>@</c>) and
/// <c>Sunset</c> (RFC 8594, an HTTP date). Written out once for a plan. Immutable.
/// </summary>
internal sealed class SunsetHeaders
{
    private readonly SunsetTable _table;
    private readonly FrozenDictionary<ModelSunset, (StringValues Deprecation, StringValues Sunset)> _headers;

    private SunsetHeaders(SunsetTable table)
    {
        _table = table;
        _headers = table.All.ToFrozenDictionary(sunset => sunset, sunset => (DeprecationOf(sunset), SunsetOf(sunset)));
    }

    /// <summary>Null for a plan whose models have no end: then a request costs nothing more.</summary>
    public static SunsetHeaders? For(Plan plan) => plan.Sunsets.All.IsEmpty ? null : new SunsetHeaders(plan.Sunsets);

    /// <summary>The end of the model that serves this call, else of the one it asked for by its own name.</summary>
    public ModelSunset? Find(Call call) =>
        call.Served is { } target && call.ServedModel is { } served ? _table.Find(target.Upstream, served, call.Envelope.Model) : null;

    public void Write(Call call)
    {
        if (Find(call) is not { } sunset) return;
        var (deprecation, end) = _headers[sunset];
        var headers = call.Http.Response.Headers;
        if (deprecation.Count > 0) headers["Deprecation"] = deprecation;
        if (end.Count > 0) headers["Sunset"] = end;
    }

    private static StringValues DeprecationOf(ModelSunset sunset) =>
        sunset.Deprecated is { } day ? string.Create(CultureInfo.InvariantCulture, $"@{Midnight(day).ToUnixTimeSeconds()}") : default(StringValues);

    private static StringValues SunsetOf(ModelSunset sunset) =>
        sunset.Shutdown is { } day ? Midnight(day).ToString("r", CultureInfo.InvariantCulture) : default(StringValues);

    // Providers name a day; its beginning in UTC is the latest that is safe to rely on.
    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
