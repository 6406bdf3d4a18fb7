using Causeway.Engine.Formats;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>
/// The engine against a decoder in double precision, over a prompt longer than a page of the cache and than Gemma's window. The cache keeps 16 bits: where a
/// sum's last bit in 32 decides to which of two numbers a key or value is rounded, either is right. So each number of the cache is held against the
/// oracle's own, and then the oracle goes on with it: what is left of the distance is the engine's rounding of sums in 32 bits, and of activations to
/// eight bits where weights are quantised.
/// </summary>
public sealed class OracleParityTests : IDisposable
{
    private const double Plain = 1e-5;

    private const double EightBits = 5e-2;

    private readonly TinyFolder _folder = new();

    public static TheoryData<TinyArchitecture, TinyType> Folders =>
        new(from architecture in Enum.GetValues<TinyArchitecture>() from type in new[] { TinyType.F32, TinyType.F16, TinyType.BF16 } select (architecture, type));

    public static TheoryData<TinyArchitecture> Architectures => [.. Enum.GetValues<TinyArchitecture>()];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_has_the_oracle_s_logits(TinyArchitecture architecture, TinyType type)
    {
        var model = TinyModel.Create(architecture, seed: 3);
        model.WriteFolder(_folder.Path, type);

        Assert.InRange(Distance(model.AsInFolder(type), _folder.Path), 0, Plain);
    }

    [Theory, MemberData(nameof(Architectures))]
    public void A_GGUF_file_has_the_oracle_s_logits(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture, seed: 4);

        Assert.InRange(Distance(model, model.WriteGguf(_folder.File("m.gguf"))), 0, Plain);
    }

    [Theory]
    [InlineData(TinyType.F16, false)]
    [InlineData(TinyType.BF16, false)]
    [InlineData(TinyType.Q8_0, true)]
    [InlineData(TinyType.Q4_0, true)]
    [InlineData(TinyType.Q4_K, true)]
    [InlineData(TinyType.Q6_K, true)]
    public void Each_weight_type_of_a_GGUF_file_has_the_oracle_s_logits(TinyType type, bool isQuantised)
    {
        var model = TinyModel.Create(TinyArchitecture.Qwen3, seed: 5, TinyShape.Of256);

        Assert.InRange(Distance(model.AsInGguf(type), model.WriteGguf(_folder.File("m.gguf"), type), isClose: !isQuantised), 0, isQuantised ? EightBits : Plain);
    }

    [Theory]
    [InlineData(TinyRope.Linear)]
    [InlineData(TinyRope.Llama3)]
    [InlineData(TinyRope.Yarn)]
    public void Each_stretched_rotation_has_the_oracle_s_logits(TinyRope rope)
    {
        var model = TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Rope = rope, TiedHead = false });
        model.WriteFolder(_folder.Path);

        Assert.InRange(Distance(model, _folder.Path), 0, Plain);
    }

    [Theory, MemberData(nameof(Architectures))]
    public void An_adapter_has_the_oracle_s_logits_and_not_the_base_s(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture);
        var adapter = TinyAdapter.Create(model, alpha: 6, rootScale: architecture == TinyArchitecture.Qwen2);
        model.WriteFolder(_folder.Path);
        adapter.WriteFolder(_folder.File("adapter"));

        Assert.InRange(Distance(model, _folder.Path, adapter), 0, Plain);
        Assert.True(Distance(model, _folder.Path, adapter, ofAdapter: false, isClose: false) > 0.05);
    }

    // Where the engine is not close, the oracle goes on with its own roundings.
    private double Distance(TinyModel model, string path, TinyAdapter? adapter = null, bool ofAdapter = true, bool isClose = true)
    {
        var tokens = Prompt.Of(model, 24);
        using var files = ModelFiles.Open(path);
        using var lora = adapter is null ? null : LoraFiles.Open(_folder.File("adapter"), files.Config);
        var (logits, kept) = EngineLogits.WithCache(files, tokens, lora);
        return Prompt.Distance(new ScalarOracle(model, ofAdapter ? adapter : null, isClose ? Held : Prompt.AsF16).Logits(tokens), logits);

        double Held(KvPlace place, double value)
        {
            // Half a unit of 16 bits, of which the smallest are zero, and what 32 bits are off by.
            var most = Math.Max(Math.Abs(value) / 2048, 6.2e-5) + (1e-5 * (1 + Math.Abs(value)));
            Assert.InRange(kept[place] - value, -most, most);
            return kept[place];
        }
    }
}
