using System.Globalization;

namespace Causeway.Models;

/// <summary>How far a pull is: a line that is written over on a terminal, a line for each file elsewhere. Thread-safe.</summary>
internal sealed class PullProgress : IDisposable
{
    private const int BarWidth = 24;
    private const int Samples = 12;
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(500);

    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly bool _isTerminal;
    private readonly long _total;
    private readonly Queue<(long At, long Bytes)> _recent = new();
    private readonly ITimer? _timer;
    private readonly Lock _writing = new();
    private long _done;
    private bool _hasLine;

    /// <param name="isTerminal">Whether a line can be written over.</param>
    public PullProgress(TextWriter output, long total, bool isTerminal, TimeProvider time)
    {
        (_output, _total, _isTerminal, _time) = (output, total, isTerminal, time);
        if (isTerminal) _timer = time.CreateTimer(_ => Draw(), null, _every, _every);
    }

    /// <summary>Bytes that have come, or must come again when negative.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _done, bytes);

    public void Finished(string file, bool wasThere)
    {
        lock (_writing)
        {
            Clear_NeedsLock();
            _output.WriteLine($"  {file}{(wasThere ? "  (was there)" : "")}");
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_writing) Clear_NeedsLock();
    }

    /// <summary>One line: <c>[######······] 25.0%  12 MB of 48 MB  3.1 MB/s  12 s left</c>.</summary>
    internal string Line()
    {
        var done = Interlocked.Read(ref _done);
        var share = _total == 0 ? 1 : Math.Clamp((double)done / _total, 0, 1);
        var filled = (int)(share * BarWidth);
        var speed = Speed(done);
        var left = speed > 0 ? Span(TimeSpan.FromSeconds(Math.Min((_total - done) / speed, 1e6))) + " left" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {share * 100:0.0}%  {Size(done)} of {Size(_total)}  {Size((long)speed)}/s  {left}");
    }

    public static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
    };

    // Over the last seconds, so that a pause shows and a resumed part does not count as speed.
    private double Speed(long done)
    {
        var now = _time.GetTimestamp();
        _recent.Enqueue((now, done));
        if (_recent.Count > Samples) _recent.Dequeue();
        var (at, bytes) = _recent.Peek();
        var seconds = _time.GetElapsedTime(at, now).TotalSeconds;
        return seconds > 0 ? Math.Max(0, (done - bytes) / seconds) : 0;
    }

    private void Draw()
    {
        lock (_writing)
        {
            _output.Write($"\r{Line()}\e[K");
            _output.Flush();
            _hasLine = true;
        }
    }

    private void Clear_NeedsLock()
    {
        if (_hasLine && _isTerminal) _output.Write("\r\e[K");
        _hasLine = false;
    }

    private static string Span(TimeSpan span) => span.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s") : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s");
}
