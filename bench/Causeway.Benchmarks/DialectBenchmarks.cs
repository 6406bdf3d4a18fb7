using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Wire.Dialects;

namespace Causeway.Benchmarks;

/// <summary>Reading answers for markup, a megabyte an operation: text without any, and one long tool call.</summary>
[MemoryDiagnoser]
public class DialectBenchmarks
{
    private const int Megabyte = 1_000_000;

    private readonly DialectEvents _events = new();
    private byte[] _text = [];
    private byte[] _call = [];

    [Params(DialectFamily.Dsml, DialectFamily.Qwen3Coder, DialectFamily.Hermes, DialectFamily.Harmony)]
    public DialectFamily Family { get; set; }

    /// <summary>Bytes of a push: about what one event of a stream carries, and a whole answer.</summary>
    [Params(16, Megabyte)]
    public int Piece { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var prose = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog, and says so. ", Megabyte / 58 + 1))[..Megabyte];
        _text = Encoding.ASCII.GetBytes(prose);
        _call = Encoding.ASCII.GetBytes($"<tool_call>\n<function=write>\n<parameter=content>\n{prose}");
    }

    [Benchmark]
    public int TextWithoutTags() => Read(_text);

    [Benchmark]
    public int OneLongCall() => Read(_call);

    private int Read(byte[] text)
    {
        var parser = DialectParser.Create(Family, ToolTable.Empty, new DialectOptions { Reasoning = ReasoningMarkup.Tagged });
        for (var at = 0; at < text.Length; at += Piece)
        {
            _events.Clear();
            parser.Push(text.AsSpan(at, Math.Min(Piece, text.Length - at)), _events);
        }
        parser.Finish(DialectEnd.Stopped, _events);
        return parser.Calls;
    }
}
