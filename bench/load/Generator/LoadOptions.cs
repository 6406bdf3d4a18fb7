using System.Globalization;

namespace Causeway.Load.Generator;

/// <summary>What to send, how fast and for how long.</summary>
internal sealed record LoadOptions
{
    public required Uri Target { get; init; }

    public int Connections { get; init; } = 32;

    /// <summary>Requests a second, sent on schedule whatever comes back; 0 = each connection sends when its answer is complete.</summary>
    public double Rate { get; init; }

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(1);

    public bool Stream { get; init; }

    public bool Usage { get; init; }

    /// <summary>Content events that every stream must have; 0 = any number.</summary>
    public int Tokens { get; init; } = 64;

    public int BodyBytes { get; init; } = 1024;

    /// <summary>Never sleep between answers.</summary>
    public bool Poll { get; init; }

    public string Model { get; init; } = "gpt-4o";

    public string? Key { get; init; }

    /// <summary>Extra headers, each "name: value".</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Events a stream must have before [DONE]; 0 = any number.</summary>
    public int ExpectedEvents => Tokens == 0 ? 0 : Tokens + 1 + (Usage ? 1 : 0);

    public static LoadOptions From(Arguments arguments)
    {
        var defaults = new LoadOptions { Target = TargetFrom(arguments.Required("target")) };
        if (arguments.Flag("stream") && arguments.Flag("no-stream"))
            throw new UsageException("--stream and --no-stream exclude each other");
        return defaults with
        {
            Connections = Math.Clamp(arguments.Integer("connections", defaults.Connections), 1, 10_000),
            Rate = arguments.Number("rate", defaults.Rate),
            Duration = arguments.Duration("duration", defaults.Duration),
            Warmup = arguments.Duration("warmup", defaults.Warmup),
            Stream = arguments.Flag("stream"),
            Usage = arguments.Flag("usage"),
            Tokens = arguments.Integer("tokens", defaults.Tokens),
            BodyBytes = arguments.Size("body-bytes", defaults.BodyBytes),
            Poll = arguments.Flag("poll"),
            Model = arguments.Text("model") ?? defaults.Model,
            Key = arguments.Text("key"),
            Headers = arguments.All("header"),
        };
    }

    /// <summary>The command line that <see cref="From"/> reads back.</summary>
    public IEnumerable<string> ToArguments()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"--target={Target}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--connections={Connections}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--rate={Rate:0.###}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--duration={Duration.TotalSeconds}s");
        yield return string.Create(CultureInfo.InvariantCulture, $"--warmup={Warmup.TotalSeconds}s");
        yield return string.Create(CultureInfo.InvariantCulture, $"--tokens={Tokens}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--body-bytes={BodyBytes}");
        yield return $"--stream={(Stream ? "true" : "false")}";
        yield return $"--usage={(Usage ? "true" : "false")}";
        yield return $"--poll={(Poll ? "true" : "false")}";
        yield return $"--model={Model}";
        if (Key is { } key)
            yield return $"--key={key}";
        foreach (var header in Headers)
            yield return $"--header={header}";
    }

    private static Uri TargetFrom(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var target) || target.Scheme != Uri.UriSchemeHttp)
            throw new UsageException($"--target needs an http:// URL, not '{text}'");
        return target.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal)
            ? target
            : new Uri(target, target.AbsolutePath.TrimEnd('/') switch
            {
                "" => "/v1/chat/completions",
                var prefix => prefix + "/chat/completions",
            });
    }
}
