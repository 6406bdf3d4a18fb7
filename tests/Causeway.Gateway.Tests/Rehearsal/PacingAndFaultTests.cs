using System.Text;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Tests.Rehearsal;

public sealed class PacingAndFaultTests
{
    private static readonly string Streamed = Stage.Request("Hi", "\"stream\":true");

    private readonly byte[] _bytes = new byte[64 * 1024];

    [Fact]
    public async Task The_slow_script_waits_before_the_first_token_and_between_tokens()
    {
        using var stage = new Stage();
        using var reply = await stage.SendAsync(Stage.Request("Hi", "\"stream\":true", "rehearsal-slow"));
        var first = await AfterAsync(stage, reply, TimeSpan.FromMilliseconds(600));
        Assert.Contains("\"role\":\"assistant\"", first, StringComparison.Ordinal);
        var second = await AfterAsync(stage, reply, TimeSpan.FromMilliseconds(150));
        Assert.Equal(1, second.Split("data: ").Length - 1);
    }

    [Fact]
    public async Task The_plan_may_be_slower_than_the_slow_script()
    {
        using var stage = new Stage(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        using var reply = await stage.SendAsync(Stage.Request("Hi", "\"stream\":true", "rehearsal-slow"));
        await AfterAsync(stage, reply, TimeSpan.FromSeconds(3));
        await AfterAsync(stage, reply, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_whole_answer_takes_the_sum()
    {
        using var stage = new Stage(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
        var pending = stage.SendAsync(Stage.Request("Hi", "\"max_tokens\":11")).AsTask();
        stage.Time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(pending.IsCompleted);
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        using var reply = await pending;
        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task A_whole_answer_that_nobody_waits_for_is_given_up()
    {
        using var stage = new Stage(TimeSpan.FromSeconds(1), TimeSpan.Zero);
        using var cancel = new CancellationTokenSource();
        var pending = stage.SendUntilAsync(Stage.Request("Hi"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task A_read_that_waits_ends_with_its_token_or_with_the_reply()
    {
        using var stage = new Stage(TimeSpan.FromSeconds(1), TimeSpan.Zero);
        using var cancel = new CancellationTokenSource();
        var reply = await stage.SendAsync(Streamed);
        var read = reply.Body.ReadAsync(_bytes, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        read = reply.Body.ReadAsync(_bytes, TestContext.Current.CancellationToken).AsTask();
        reply.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => read);
    }

    [Fact]
    public async Task An_endless_stream_is_rendered_only_as_it_is_read()
    {
        using var stage = new Stage();
        using var reply = await stage.SendAsync(Stage.Request("Go", "\"stream\":true", "rehearsal-infinite"));
        for (var turn = 0; turn < 2000; turn++)
            Assert.NotEqual(0, await reply.Body.ReadAsync(_bytes.AsMemory(0, 100), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Any_size_of_read_gives_the_same_bytes(int size)
    {
        using var stage = new Stage();
        using var reply = await stage.SendAsync(Streamed);
        Assert.Equal(0, await reply.Body.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        var text = new StringBuilder();
        var bytes = new byte[size];
        while (await reply.Body.ReadAsync(bytes, TestContext.Current.CancellationToken) is > 0 and var count)
            text.Append(Encoding.UTF8.GetString(bytes, 0, count));
        var events = text.ToString().Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        Assert.All(events[..^1], static line => Stage.Parse(line["data: ".Length..]));
    }

    [Fact]
    public async Task Faults_come_by_the_number_of_the_request_and_the_first_in_the_plan_wins()
    {
        using var stage = new Stage(new FaultPlan(FaultKind.RateLimit, 3), new FaultPlan(FaultKind.ServerError, 2));
        var statuses = new List<int>();
        for (var number = 1; number <= 6; number++)
        {
            using var reply = await stage.SendAsync(Stage.Request("Hi"));
            statuses.Add(reply.Status);
        }
        Assert.Equal([200, 500, 429, 500, 200, 429], statuses);
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_come_back()
    {
        using var stage = new Stage(new FaultPlan(FaultKind.RateLimit, 1));
        using var reply = await stage.SendAsync(Stage.Request("Hi"));
        Assert.Equal("1", reply.Header("Retry-After"));
        var error = Stage.Parse(await Stage.TextAsync(reply)).GetProperty("error");
        Assert.Equal("rate_limit_exceeded", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_page_comes_instead_of_an_answer()
    {
        using var stage = new Stage(new FaultPlan(FaultKind.Html, 1));
        using var reply = await stage.SendAsync(Stage.Request("Hi"));
        Assert.Equal((200, "text/html"), (reply.Status, reply.MediaType));
    }

    [Fact]
    public async Task A_reset_is_a_lost_connection()
    {
        using var stage = new Stage(new FaultPlan(FaultKind.Reset, 1));
        using var reply = await stage.SendAsync(Stage.Request("Hi"));
        Assert.Equal((UpstreamFault.ConnectionLost, 0), (reply.Fault, reply.Status));
    }

    [Fact]
    public async Task A_hang_ends_only_by_cancellation()
    {
        using var stage = new Stage(new FaultPlan(FaultKind.Hang, 1));
        using var cancel = new CancellationTokenSource();
        var pending = stage.SendUntilAsync(Stage.Request("Hi"), cancel.Token).AsTask();
        stage.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(pending.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Theory]
    [InlineData("\"stream\":true")]
    [InlineData("\"stream\":true,\"max_tokens\":1")]
    [InlineData("\"stream\":false")]
    public async Task A_cut_breaks_in_the_middle(string more)
    {
        using var stage = new Stage(new FaultPlan(FaultKind.Cut, 1));
        using var reply = await stage.SendAsync(Stage.Request("Hi", more));
        var text = new StringBuilder();
        await Assert.ThrowsAsync<IOException>(() => ReadToEndAsync(reply, text));
        Assert.NotEqual(0, text.Length);
        Assert.DoesNotContain("[DONE]", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("finish_reason\":\"", text.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => ReadToEndAsync(reply, text));
    }

    [Theory]
    [InlineData("\"stream\":true")]
    [InlineData("\"stream\":false")]
    public async Task A_stall_stays_open_and_silent(string more)
    {
        using var stage = new Stage(new FaultPlan(FaultKind.Stall, 1));
        using var cancel = new CancellationTokenSource();
        using var reply = await stage.SendAsync(Stage.Request("Hi", more));
        Assert.NotEqual(0, await reply.Body.ReadAsync(_bytes, cancel.Token));
        var read = reply.Body.ReadAsync(_bytes, cancel.Token).AsTask();
        stage.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(read.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private async Task<string> AfterAsync(Stage stage, UpstreamReply reply, TimeSpan wait)
    {
        var read = reply.Body.ReadAsync(_bytes, TestContext.Current.CancellationToken).AsTask();
        stage.Time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.False(read.IsCompleted);
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        return Encoding.UTF8.GetString(_bytes, 0, await read);
    }

    private async Task ReadToEndAsync(UpstreamReply reply, StringBuilder text)
    {
        while (await reply.Body.ReadAsync(_bytes, TestContext.Current.CancellationToken) is > 0 and var count)
            text.Append(Encoding.UTF8.GetString(_bytes, 0, count));
    }
}
