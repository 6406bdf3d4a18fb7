using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Cataloguing;
using Causeway.Models;
using Causeway.Tuning;
using Causeway.Tuning.Client;

namespace Causeway.Commands;

/// <summary>Jobs of the running gateway.</summary>
internal static class TuneJobsCommand
{
    private static readonly Option<bool> _json = new("--json") { Description = "Print the gateway's answer as it is." };

    public static Command CreateStart()
    {
        var data = CommonOptions.Data();
        var file = new Argument<string>("file") { Description = "Examples, a line of JSON each, in OpenAI's format; or the id of a file that the gateway has." };
        var model = new Option<string?>("--model") { Description = "The base, by its name in the store (causeway models list).", HelpName = "NAME" };
        var validation = new Option<string?>("--validation") { Description = "Examples to measure with. Default: a tenth of the file, if it has at least 50.", HelpName = "FILE" };
        var suffix = new Option<string?>("--suffix") { Description = "Stands in the new model's name.", HelpName = "TEXT" };
        var seed = new Option<int?>("--seed") { Description = "The same seed, files and base give the same model.", HelpName = "N" };
        var method = new Option<string>("--method") { Description = "supervised, or dpo: learn from pairs of answers.", DefaultValueFactory = _ => "supervised" };
        method.AcceptOnlyFromAmong("supervised", "dpo");
        var hyper = new (Option Option, string Name)[]
        {
            (new Option<int?>("--epochs") { Description = "How often each example is seen.", HelpName = "N" }, "n_epochs"),
            (new Option<int?>("--batch-size") { Description = "Examples of a step.", HelpName = "N" }, "batch_size"),
            (new Option<double?>("--learning-rate-multiplier") { Description = "Times the usual step size.", HelpName = "X" }, "learning_rate_multiplier"),
            (new Option<double?>("--beta") { Description = "dpo: how closely the model is held to its base.", HelpName = "X" }, "beta"),
        };
        var lineage = new Option<string?>("--from-lineage") { Description = "Repeat the training of this adapter's folder: the same base, file and settings.", HelpName = "DIR" };
        var follow = new Option<bool>("--follow") { Description = "Show how it goes until it ends. Ctrl+C leaves the job running." };
        var command = new Command("start", "Sends a file of examples and starts a job.") { file, model, validation, suffix, seed, method, lineage, follow, data, _json };
        foreach (var (option, _) in hyper) command.Add(option);
        command.SetAction((parsed, cancel) => GuardedAsync(parsed, async client =>
        {
            var repeats = parsed.GetValue(lineage) is { } folder ? Lineage.Read(folder) ?? throw new TuneClientException($"{folder} has no {Lineage.FileName}.") : null;
            var start = new TuneStart
            {
                Model = parsed.GetValue(model) ?? repeats?.BaseName ?? throw new TuneClientException("Name the base with --model; 'causeway models list' prints those there are."),
                Training = await IdOfAsync(client, parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Error),
                Validation = parsed.GetValue(validation) is { } path ? await IdOfAsync(client, path, parsed.InvocationConfiguration.Error) : null,
                Suffix = parsed.GetValue(suffix), Seed = parsed.GetValue(seed), Method = parsed.GetRequiredValue(method), Repeats = repeats,
                Hyperparameters = [.. hyper.Select(one => (one.Name, Value: ValueOf(parsed, one.Option))).Where(one => one.Value is not null).Select(one => (one.Name, one.Value!.Value))],
            };
            var job = await client.PostAsync("/fine_tuning/jobs", start.Body());
            var id = job.GetProperty("id").GetString() ?? "";
            if (parsed.GetValue(follow)) return await FollowAsync(parsed, client, id);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? job.GetRawText() : id);
            return ExitCodes.Success;
        }, cancel));
        return TeachingHelp.Teach(command, """
            'causeway tune check' reads the file without a gateway. The answer is the job's id.
              causeway tune start train.jsonl --model small --suffix support --epochs 3
              causeway tune start pairs.jsonl --model small --method dpo
              causeway tune start train.jsonl --from-lineage .causeway/models/small/adapters/support-1a2b3c4d
            """);
    }

    public static Command CreateStatus()
    {
        var (data, id) = (CommonOptions.Data(), OptionalId());
        var follow = new Option<bool>("--follow") { Description = "Show how it goes until it ends. Ctrl+C leaves the job running." };
        var command = new Command("status", "Shows a job: how far it is, the time that is left, the curve of its losses.") { id, follow, data, _json };
        command.SetAction((parsed, cancel) => GuardedAsync(parsed, async client =>
        {
            var job = parsed.GetValue(id) ?? await NewestAsync(client);
            if (parsed.GetValue(follow)) return await FollowAsync(parsed, client, job);
            var feed = new JobFeed(client, job);
            await feed.RefreshAsync();
            if (parsed.GetValue(_json)) parsed.InvocationConfiguration.Output.WriteLine(feed.Job.GetRawText());
            else foreach (var line in JobView.Lines(feed, TimeProvider.System.GetUtcNow())) parsed.InvocationConfiguration.Output.WriteLine(line);
            return ExitCodes.Success;
        }, cancel));
        return TeachingHelp.Teach(command, """
            In the curve * is the loss of what is learnt, o that of what is only measured. With --follow the exit code is 1 when the job fails.
              causeway tune status --follow
            """);
    }

    public static Command CreateList()
    {
        var data = CommonOptions.Data();
        var command = new Command("list", "Lists the jobs, the newest first.") { data, _json };
        command.SetAction((parsed, cancel) => GuardedAsync(parsed, async client =>
        {
            var jobs = await client.GetAsync("/fine_tuning/jobs?limit=100");
            var rows = jobs.GetProperty("data").EnumerateArray().Select(Row).ToList();
            if (parsed.GetValue(_json)) parsed.InvocationConfiguration.Output.WriteLine(jobs.GetRawText());
            else if (rows.Count == 0) parsed.InvocationConfiguration.Error.WriteLine("There are no jobs. 'causeway tune start' makes one.");
            else PlainTable.Write(parsed.InvocationConfiguration.Output, [["JOB", "STATUS", "CREATED", "BASE", "MODEL"], .. rows]);
            return ExitCodes.Success;
        }, cancel));
        return command;
    }

    public static Command CreateCancel()
    {
        var data = CommonOptions.Data();
        var id = new Argument<string>("job") { Description = "Its id." };
        var command = new Command("cancel", "Ends a job before its next step; nothing of it is kept.") { id, data, _json };
        command.SetAction((parsed, cancel) => GuardedAsync(parsed, async client =>
        {
            var job = await client.PostAsync($"/fine_tuning/jobs/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/cancel", "{}"u8.ToArray());
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? job.GetRawText() : job.GetProperty("status").GetString());
            return ExitCodes.Success;
        }, cancel));
        return command;
    }

    private static Argument<string?> OptionalId() => new("job") { Description = "Its id. Default: the newest.", Arity = ArgumentArity.ZeroOrOne };

    private static double? ValueOf(ParseResult parsed, Option option) => option switch
    {
        Option<int?> whole => parsed.GetValue(whole),
        Option<double?> number => parsed.GetValue(number),
        _ => null,
    };

    private static async Task<string> IdOfAsync(TuneClient client, string file, TextWriter errors)
    {
        if (!File.Exists(file)) return file.StartsWith("file-", StringComparison.Ordinal) ? file : throw new TuneClientException($"There is no file {file}.");
        var id = await client.UploadAsync(file);
        errors.WriteLine($"{file} is {id}");
        return id;
    }

    private static async Task<string> NewestAsync(TuneClient client) =>
        (await client.GetAsync("/fine_tuning/jobs?limit=1")).GetProperty("data") is var jobs && jobs.GetArrayLength() > 0
            ? jobs[0].GetProperty("id").GetString() ?? "" : throw new TuneClientException("There are no jobs. 'causeway tune start' makes one.");

    private static async Task<int> FollowAsync(ParseResult parsed, TuneClient client, string id) =>
        await new JobWatch(client, id, parsed.InvocationConfiguration.Output, !Console.IsOutputRedirected, TimeProvider.System).RunAsync() ? ExitCodes.Success : ExitCodes.Failure;

    private static string[] Row(JsonElement job) =>
    [
        Text(job, "id"), Text(job, "status"),
        DateTimeOffset.FromUnixTimeSeconds(job.GetProperty("created_at").GetInt64()).ToString("u", CultureInfo.InvariantCulture), Text(job, "model"), Text(job, "fine_tuned_model"),
    ];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "-";

    private static async Task<int> GuardedAsync(ParseResult parsed, Func<TuneClient, Task<int>> run, CancellationToken cancel)
    {
        try
        {
            using var client = TuneClient.Of(parsed.GetRequiredValue<string>("--data"), cancel);
            return await run(client);
        }
        catch (Exception e) when (e is TuneClientException or ModelStoreException or IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }
}
