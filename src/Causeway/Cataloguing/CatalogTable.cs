using System.Globalization;
using Causeway.Spec.Catalog;

namespace Causeway.Cataloguing;

/// <summary>Models, one a line.</summary>
internal static class CatalogTable
{
    public static void Write(TextWriter output, IReadOnlyList<CatalogModel> models, DateOnly today)
    {
        if (models.Count == 0)
        {
            output.WriteLine("No such models.");
            return;
        }
        string[] headings = ["PROVIDER", "MODEL", "CONTEXT", "MAX OUT", "PROMPT $/M", "COMPL $/M", "WHERE", "END"];
        PlainTable.Write(output, [headings, .. models.Select(model => Cells(model, today))], 2, 3, 4, 5);
    }

    /// <summary>Until when, for people: a date and the days left.</summary>
    public static string End(ModelLifecycle lifecycle, DateOnly today) => lifecycle switch
    {
        { Shutdown: null } => "-",
        _ when lifecycle.IsRetired(today) => string.Create(CultureInfo.InvariantCulture, $"{lifecycle.Shutdown:yyyy-MM-dd} (retired)"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{lifecycle.Shutdown:yyyy-MM-dd} ({lifecycle.DaysLeft(today)} days)"),
    };

    private static string[] Cells(CatalogModel model, DateOnly today)
    {
        var price = model.PriceOf("standard");
        return
        [
            model.Provider, model.Id, Number(model.Context), Number(model.MaxOutput), Dollars(price?.Prompt), Dollars(price?.Completion),
            Where(model), End(model.Lifecycle, today),
        ];
    }

    private static string Where(CatalogModel model) => model.Hosts.IsEmpty ? "-"
        : string.Join(", ", model.Hosts.Where(host => host.Apis.Contains(ApiFamily.Chat)).Select(host => CatalogWords.Of(host.Host) + host.Prefix + (host.Confidence == FactConfidence.Unverified ? "?" : "")));

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Dollars(decimal? dollars) => dollars?.ToString("0.#########", CultureInfo.InvariantCulture) ?? "-";
}
