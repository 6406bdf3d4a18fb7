using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Ledger.Reading;
using Causeway.Logging;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;

namespace Causeway.Cataloguing;

/// <summary>A model with an end, and how much depends on it.</summary>
/// <param name="Requests">In the last <see cref="SunsetReport.Window"/>.</param>
/// <param name="LastAt">Null when there was none.</param>
internal sealed record SunsetRow(string Upstream, string Model, ModelLifecycle Lifecycle, int DaysLeft, long Requests, DateTimeOffset? LastAt)
{
    public double PerDay => Requests / SunsetReport.Window.TotalDays;
}

/// <summary>Which models with an end are in use, the next to go first.</summary>
internal static class SunsetReport
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    public static IReadOnlyList<SunsetRow> Of(Plan plan, ModelCatalog catalog, IReadOnlyList<ModelTraffic> traffic, DateOnly today)
    {
        var used = traffic.ToDictionary(row => (row.Upstream, row.Model));
        var named = from route in plan.Routes.All
                    from target in route.Targets
                    from model in target.Model is { } own ? [own] : route.Models.Where(model => !model.EndsWith('*'))
                    select (target.Upstream, model);
        var rows = from model in used.Keys.Union(named)
                   let upstream = plan.Upstreams.FirstOrDefault(candidate => candidate.Name == model.Item1)
                   where upstream is not null
                   let lifecycle = catalog.Find(upstream, model.Item2)?.Lifecycle
                   where lifecycle?.Shutdown is not null
                   let row = used.GetValueOrDefault(model)
                   select new SunsetRow(model.Item1, model.Item2, lifecycle, lifecycle.DaysLeft(today)!.Value, row?.Exchanges ?? 0, row?.LastAt);
        return [.. rows.OrderBy(row => row.DaysLeft).ThenByDescending(row => row.Requests).ThenBy(row => row.Model, StringComparer.Ordinal)];
    }

    public static void WriteTable(TextWriter output, IReadOnlyList<SunsetRow> rows)
    {
        if (rows.Count == 0)
        {
            output.WriteLine("No model with a shutdown date is in use.");
            return;
        }
        string[] headings = ["SHUTDOWN", "DAYS LEFT", "UPSTREAM", "MODEL", "REQUESTS 30D", "PER DAY", "LAST USED (UTC)", "INSTEAD"];
        PlainTable.Write(output, [headings, .. rows.Select(Cells)], 1, 4, 5);
    }

    public static void WriteJson(TextWriter output, IReadOnlyList<SunsetRow> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows) Write(json, row);
            json.WriteEndArray();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static string[] Cells(SunsetRow row) =>
    [
        Date(row.Lifecycle.Shutdown)!, row.DaysLeft > 0 ? row.DaysLeft.ToString(CultureInfo.InvariantCulture) : "retired", row.Upstream, row.Model,
        Shown.Count(row.Requests), row.PerDay.ToString("0.#", CultureInfo.InvariantCulture),
        row.LastAt?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-", row.Lifecycle.Replacement ?? "-",
    ];

    private static void Write(Utf8JsonWriter json, SunsetRow row)
    {
        json.WriteStartObject();
        json.WriteString("upstream", row.Upstream);
        json.WriteString("model", row.Model);
        json.WriteString("deprecated", Date(row.Lifecycle.Deprecated));
        json.WriteString("shutdown", Date(row.Lifecycle.Shutdown));
        json.WriteNumber("days_left", row.DaysLeft);
        json.WriteNumber("requests_30d", row.Requests);
        json.WriteNumber("requests_per_day", Math.Round(row.PerDay, 2));
        json.WriteString("last_used", row.LastAt?.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("replacement", row.Lifecycle.Replacement);
        json.WriteEndObject();
    }

    private static string? Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
