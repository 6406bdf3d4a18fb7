using Causeway.Models;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Tests.Models;

public sealed class PullProgressTests : IDisposable
{
    private const string Clear = "\r\e[K";

    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_terminal_shows_bytes_percentage_speed_and_the_time_that_is_left()
    {
        using var progress = new PullProgress(_output, 48_000_000, isTerminal: true, _time);

        Pass(progress, 6_000_000, TimeSpan.FromSeconds(0.5));
        Pass(progress, 6_000_000, TimeSpan.FromSeconds(0.5));

        // 6 MB in each half second since the first look: 12 MB/s, and 36 MB to go.
        Assert.EndsWith("\r[######..................] 25.0%  12.0 MB of 48.0 MB  12.0 MB/s  3 s left\e[K", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_left_is_said_in_minutes_when_it_is_long_and_not_at_all_while_nothing_comes()
    {
        using var progress = new PullProgress(_output, 4_000_000_000, isTerminal: true, _time);
        Pass(progress, 10_000_000, TimeSpan.FromSeconds(0.5));
        Pass(progress, 10_000_000, TimeSpan.FromSeconds(0.5));
        Assert.EndsWith("3 min 19 s left\e[K", _output.ToString(), StringComparison.Ordinal);

        for (var i = 0; i < 12; i++) Pass(progress, 0, TimeSpan.FromSeconds(0.5));

        Assert.EndsWith("20.0 MB of 4.00 GB  0.0 kB/s  \e[K", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_there_of_an_earlier_try_is_no_speed()
    {
        using var progress = new PullProgress(_output, 100_000_000, isTerminal: true, _time);

        Pass(progress, 90_000_000, TimeSpan.FromSeconds(0.5));
        Pass(progress, 2_000_000, TimeSpan.FromSeconds(0.5));

        Assert.EndsWith("92.0%  92.0 MB of 100.0 MB  4.0 MB/s  2 s left\e[K", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_goes_when_a_file_has_come_and_at_the_end()
    {
        using (var progress = new PullProgress(_output, 1000, isTerminal: true, _time))
        {
            Pass(progress, 500, TimeSpan.FromSeconds(0.5));
            progress.Finished("config.json", wasThere: false);
            Assert.EndsWith($"{Clear}  config.json{Environment.NewLine}", _output.ToString(), StringComparison.Ordinal);
            Pass(progress, 500, TimeSpan.FromSeconds(0.5));
        }

        Assert.EndsWith(Clear, _output.ToString(), StringComparison.Ordinal);
        var length = _output.ToString().Length;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(length, _output.ToString().Length);
    }

    [Fact]
    public void What_is_no_terminal_gets_a_line_for_each_file_and_nothing_that_is_written_over()
    {
        using (var progress = new PullProgress(_output, 1000, isTerminal: false, _time))
        {
            Pass(progress, 700, TimeSpan.FromMinutes(1));
            progress.Finished("config.json", wasThere: true);
            Pass(progress, 300, TimeSpan.FromMinutes(1));
            progress.Finished("model.safetensors", wasThere: false);
        }

        Assert.Equal($"  config.json  (was there){Environment.NewLine}  model.safetensors{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public void An_empty_file_is_all_there() => Assert.Contains("100.0%  0.0 kB of 0.0 kB", new PullProgress(_output, 0, isTerminal: false, _time).Line(), StringComparison.Ordinal);

    private void Pass(PullProgress progress, long bytes, TimeSpan time)
    {
        progress.Add(bytes);
        _time.Advance(time);
    }
}
