using System.Collections.Concurrent;
using Causeway.Spec;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests;

public sealed class SunsetTests
{
    private const string Ending = "old-model";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_of_a_model_with_an_end_says_so(bool stream)
    {
        await using var upstream = stream ? FakeUpstream.Events(Wires.Stream) : FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(PlanFor(upstream, $"{{ upstream: fake, model: {Ending} }}"));

        using var answer = await gateway.SendAsync(TestGateway.Chat("gpt-4o", stream));

        Assert.Equal("Thu, 14 Jan 2027 00:00:00 GMT", answer.Headers.GetValues("Sunset").Single());
        Assert.Equal("@1791936000", answer.Headers.GetValues("Deprecation").Single());
        Assert.Equal(new DateTimeOffset(2026, 10, 14, 0, 0, 0, TimeSpan.Zero), DateTimeOffset.FromUnixTimeSeconds(1791936000));
    }

    [Theory]
    [InlineData(Ending, true)]
    [InlineData("young-model", false)]
    public async Task A_name_that_is_forwarded_as_asked_has_its_own_end(string model, bool ends)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(PlanFor(upstream, "{ upstream: fake }"));

        using var answer = await gateway.SendAsync(TestGateway.Chat(model));

        Assert.Equal(ends, answer.Headers.Contains("Sunset"));
    }

    [Fact]
    public async Task A_fallback_that_serves_for_a_model_with_an_end_says_so_too_if_that_was_asked_by_name()
    {
        await using var gone = FakeUpstream.Json("""{"error":{"message":"no such model"}}""", 404);
        await using var other = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(PlanFor(gone, "{ upstream: fake }, { upstream: other, model: m }", other));

        using var answer = await gateway.SendAsync(TestGateway.Chat(Ending));

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.True(answer.Headers.Contains("Sunset"));
    }

    [Fact]
    public async Task The_log_says_it_once_a_day_for_each_model()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var log = new Lines();
        await using var gateway = await TestGateway.StartAsync(PlanFor(upstream, $"{{ upstream: fake, model: {Ending} }}"), time, logging: logs => logs.AddProvider(log));

        for (var day = 0; day < 2; day++, time.Advance(TimeSpan.FromDays(1)))
            for (var i = 0; i < 3; i++)
            {
                using var answer = await gateway.SendAsync(TestGateway.Chat());
                await gateway.SettledAsync(day * 3 + i + 1);
            }

        await Eventually.TrueAsync(() => log.Written.Count >= 2, "both days are in the log");
        Assert.Equal(2, log.Written.Count);
        Assert.Contains("old-model of upstream fake, which retires on 2027-01-14, in 53 days; its provider suggests new-model", log.Written.First(), StringComparison.Ordinal);
        Assert.Contains("in 52 days", log.Written.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalogs_price_of_the_model_at_its_provider_is_what_an_exchange_costs()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(PlanFor(upstream, $"{{ upstream: fake, model: {Ending} }}"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal(row.Usage.Prompt * 2_000 + row.Usage.Completion * 4_000, row.CostNanos);
        Assert.True(row.CostNanos > 0);
        Assert.Equal(gateway.Plans.Plan.Prices.Hash, row.PriceHash);
    }

    private static Plan PlanFor(FakeUpstream upstream, string targets, FakeUpstream? other = null)
    {
        var spec = $$"""
            apiVersion: causeway/v1
            upstreams:
              fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" }
              other: { type: openai-compatible, baseUrl: "{{(other ?? upstream).BaseUrl.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}}" }
            routes: { all: { match: { model: "*" }, targets: [ {{targets}} ] } }
            """;
        var outcome = SpecCompiler.Compile("test.yaml", spec, _ => null, new CompileOptions { Catalog = Catalog() });
        return outcome.Plan ?? throw new InvalidOperationException(string.Join('\n', outcome.Diagnostics));
    }

    private static ModelCatalog Catalog() => ModelCatalog.Of(CatalogReader.Read(System.Text.Encoding.UTF8.GetBytes("""
        { "catalog": 1, "providers": { "acme": { "match": { "hosts": ["127.0.0.1"] }, "models": {
          "old-model": {
            "prices": { "usdPerMillion": { "standard": { "prompt": 2, "completion": 4 } }, "source": "https://acme.example", "asOf": "2026-11-22", "confidence": "official" },
            "lifecycle": { "deprecated": "2026-10-14", "shutdown": "2027-01-14", "replacement": "new-model", "source": "https://acme.example", "asOf": "2026-11-22", "confidence": "official" }
          } } } } }
        """), "test"));

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => categoryName.EndsWith("SunsetLog", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Enqueue(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
