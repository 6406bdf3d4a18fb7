using System.CommandLine;
using Causeway.Cataloguing;
using Causeway.Ledger;
using Causeway.Ledger.Reading;
using Causeway.Serving;
using Causeway.Spec.Catalog;

namespace Causeway.Commands;

internal static class CatalogCommand
{
    public static Command Create() => TeachingHelp.Teach(
        new Command("catalog", "What is known about models: where they answer, what they cost, and until when.") { CreateList(), CreateShow(), CreateDiff(), CreateRefresh(), CreateSunset() },
        """
        The records come with the program; catalog.json in the data folder lies over them (docs/reference/catalog.md).
        """);

    private static Command CreateList()
    {
        var (data, json) = (CommonOptions.Data(), Json());
        var provider = new Option<string?>("--provider") { Description = "Only models of this provider: bedrock, openai." };
        var command = new Command("list", "Lists the models.") { provider, data, json };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var wanted = parsed.GetValue(provider);
            var models = Catalog(parsed.GetValue(data)!).Models.Where(model => wanted is null || model.Provider == wanted);
            if (parsed.GetValue(json)) parsed.InvocationConfiguration.Output.WriteLine(CatalogWriter.Write(models));
            else CatalogTable.Write(parsed.InvocationConfiguration.Output, [.. models], Today());
            return ExitCodes.Success;
        }));
        return TeachingHelp.Teach(command, """
            WHERE is host and path, the preferred one first; a question mark: nobody has shown that it answers there. Dollars are per million
            tokens, at the standard tier. END is the first day without the model.
            """);
    }

    private static Command CreateShow()
    {
        var (data, json) = (CommonOptions.Data(), Json());
        var id = new Argument<string>("id") { Description = "The model, by its id or its id on one of the provider's hosts." };
        var command = new Command("show", "Shows everything known about a model, and where each fact comes from.") { id, data, json };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var found = Catalog(parsed.GetValue(data)!).Models.Where(model => model.IsCalled(parsed.GetValue(id)!)).ToList();
            if (parsed.GetValue(json) && found.Count > 0) parsed.InvocationConfiguration.Output.WriteLine(CatalogWriter.Write(found[0]));
            else
                foreach (var model in found) CatalogPage.Write(parsed.InvocationConfiguration.Output, model, Today());
            if (found.Count == 0) parsed.InvocationConfiguration.Error.WriteLine("The catalog has no such model. 'causeway catalog list' prints all there are.");
            return found.Count > 0 ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }

    private static Command CreateDiff()
    {
        var (data, json) = (CommonOptions.Data(), Json());
        var files = new Argument<string[]>("files") { Description = "Two catalog files. None: what the data folder's catalog.json changes.", Arity = new ArgumentArity(0, 2) };
        var command = new Command("diff", "Compares catalogs fact by fact.") { files, data, json };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            if (parsed.GetValue(files) is { Length: 1 })
            {
                parsed.InvocationConfiguration.Error.WriteLine("Name two files, or none to compare the built-in catalog with the data folder's.");
                return ExitCodes.Usage;
            }
            var (old, @new) = parsed.GetValue(files) is [var first, var second]
                ? (CatalogFolder.ReadFile(first), CatalogFolder.ReadFile(second))
                : (ModelCatalog.BuiltIn.File, Catalog(parsed.GetValue(data)!).File);
            ChangeList.Write(parsed.InvocationConfiguration.Output, CatalogDiff.Between(old, @new), parsed.GetValue(json));
            return ExitCodes.Success;
        }));
        return TeachingHelp.Teach(command, """
            One line for each group of facts: + new, - gone, ~ changed. Exit code 0 whether or not there are differences.
            """);
    }

    private static Command CreateRefresh()
    {
        var (file, data, json) = (CommonOptions.File(), CommonOptions.Data(), Json());
        var dry = new Option<bool>("--dry-run") { Description = "Show what would change, and write nothing." };
        var command = new Command("refresh", "Asks the upstreams of the spec for their models, and keeps what they say of them.") { file, data, dry, json };
        command.SetAction((parsed, cancel) => GuardedAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(data)!);
            var source = SpecSource.From(parsed.GetValue(file), folder);
            if (source.CompileAloud(parsed.InvocationConfiguration.Error, isServing: true).Plan is not { } plan) return ExitCodes.Usage;
            using var asking = new ModelListing(TimeProvider.System);
            var refreshed = await asking.AskAsync(plan, parsed.InvocationConfiguration.Error, cancel);
            var old = CatalogFolder.ReadOwn(folder);
            var @new = old with { Listings = old.Listings.SetItems(refreshed.Listings) };
            ChangeList.Write(parsed.InvocationConfiguration.Output, CatalogDiff.Between(old, @new), parsed.GetValue(json));
            if (!parsed.GetValue(dry) && refreshed.Listings.Count > 0) CatalogFolder.Write(folder, @new);
            return refreshed.Failures == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return TeachingHelp.Teach(command, """
            Each upstream with a baseUrl is asked GET /models once, with the key and headers it has in the spec, and one of type bedrock once in
            each of its Regions; nothing else is sent. Which models it has, and what it says of shutdown dates, is kept in catalog.json of
            the data folder, for this upstream at this address. A running gateway takes it up when its spec is reloaded. Exit code 1 when an upstream gave no list; what
            the others said is kept.
            """);
    }

    private static Command CreateSunset()
    {
        var (file, data, json) = (CommonOptions.File(), CommonOptions.Data(), Json());
        var command = new Command("sunset", "Lists the models with an end that your traffic or your routes use, with the days left.") { file, data, json };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(data)!);
            if (SpecSource.From(parsed.GetValue(file), folder).CompileAloud(parsed.InvocationConfiguration.Error, isServing: true).Plan is not { } plan) return ExitCodes.Usage;
            var now = TimeProvider.System.GetUtcNow();
            var traffic = TrafficOf(folder, now - SunsetReport.Window, parsed.InvocationConfiguration.Error);
            var rows = SunsetReport.Of(plan, Catalog(folder), traffic, DateOnly.FromDateTime(now.UtcDateTime));
            if (parsed.GetValue(json)) SunsetReport.WriteJson(parsed.InvocationConfiguration.Output, rows);
            else SunsetReport.WriteTable(parsed.InvocationConfiguration.Output, rows);
            return ExitCodes.Success;
        }));
        return TeachingHelp.Teach(command, """
            Traffic is what the ledger has of the last 30 days. A model without a date in the catalog does not appear; 'causeway catalog
            refresh' asks your upstreams for theirs.
            """);
    }

    private static IReadOnlyList<ModelTraffic> TrafficOf(string folder, DateTimeOffset since, TextWriter errors)
    {
        try
        {
            using var reader = LedgerReader.Open(folder);
            return reader.ModelTraffic(since);
        }
        catch (LedgerException e)
        {
            errors.WriteLine($"{e.Message} Only what the routes name is listed.");
            return [];
        }
    }

    private static ModelCatalog Catalog(string dataFolder) => CatalogFolder.Read(Path.GetFullPath(dataFolder));

    private static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static Option<bool> Json() => new("--json") { Description = "Print JSON, for programs." };

    private static int Guarded(TextWriter errors, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (CatalogFormatException e)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Usage;
        }
    }

    private static async Task<int> GuardedAsync(TextWriter errors, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (CatalogFormatException e)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }
}
