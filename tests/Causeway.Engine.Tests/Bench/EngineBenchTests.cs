using Causeway.EngineBench.Engines;
using Causeway.EngineBench.Measuring;

namespace Causeway.Engine.Tests.Bench;

/// <summary>What the engine's bench counts, and what it throws away.</summary>
public sealed class EngineBenchTests
{
    private static readonly CpuReading s_before = new(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(7));

    [Fact]
    public void Time_of_idle_cores_and_of_waiting_for_disks_is_nobodys()
    {
        Assert.Equal(TimeSpan.FromSeconds(1 + 2 + 3 + 6 + 7 + 8), CpuReading.Busy("cpu  100 200 300 9999 8888 600 700 800 50 40"));
    }

    [Theory]
    [InlineData(2.0, 2.0, 0)]
    [InlineData(2.01, 2.0, 0)]
    [InlineData(2.06, 2.0, 0.05)]
    [InlineData(1.99, 2.0, 0)]
    [InlineData(1.51, 0.5, 1)]
    public void What_others_used_is_what_the_machine_worked_without_this_process(double machine, double own, double share)
    {
        var after = new CpuReading(
            s_before.Machine + TimeSpan.FromSeconds(machine), s_before.Own + TimeSpan.FromSeconds(own), s_before.At + TimeSpan.FromSeconds(1));
        Assert.Equal(share, after.ForeignSince(s_before), 6);
    }

    [Fact]
    public void A_median_is_one_of_clean_repetitions_only()
    {
        var figures = new Figures();
        double[] foreign = [0, 0.04, 0.041, 0.9, 0.01];
        double[] values = [10, 30, 1, 2, 20];
        for (var i = 0; i < values.Length; i++) figures.Add(new Repetition("Q8_0", "causeway", "prefill", values[i], foreign[i]));
        Assert.Equal(new Figure(20, 3, 2), figures.Of("Q8_0", "causeway", "prefill"));
        Assert.Equal(2, figures.Discarded);
    }

    [Fact]
    public void Where_no_repetition_was_clean_there_is_no_median()
    {
        var figures = new Figures();
        figures.Add(new Repetition("Q8_0", "causeway", "load", 1, 0.5));
        Assert.Equal(new Figure(null, 0, 1), figures.Of("Q8_0", "causeway", "load"));
        Assert.False(figures.Of("Q8_0", "causeway", "prefill").WasTried);
    }

    [Fact]
    public void Of_an_even_number_the_median_is_between_the_two_in_the_middle()
    {
        Assert.Equal(2.5, Figures.Median([4, 1, 3, 2]));
    }

    [Fact]
    public void A_quantile_is_a_value_that_came()
    {
        double[] hundred = [.. Enumerable.Range(1, 100).Select(i => (double)i)];
        Assert.Equal((50, 99, 100, 1), (Figures.Quantile(hundred, 0.5), Figures.Quantile(hundred, 0.99), Figures.Quantile(hundred, 1), Figures.Quantile(hundred, 0)));
    }

    [Fact]
    public void A_repetition_survives_its_line()
    {
        var repetition = new Repetition("Q4_K", "llama.cpp", "decode/512/8/no-flash", 123.456789012345, 0.0123);
        Assert.True(Repetition.TryParse(repetition.ToString(), out var read));
        Assert.Equal(repetition, read);
        Assert.False(Repetition.TryParse("llama_model_load: loaded", out _));
    }

    [Fact]
    public void Without_amx_a_peer_has_all_its_libraries_but_the_backend_that_uses_it()
    {
        var root = Directory.CreateTempSubdirectory("causeway-bench-");
        try
        {
            string[] names = ["libllama.v1.so", "libggml-cpu-sapphirerapids.so", "libggml-cpu-zen4.so"];
            foreach (var name in names) File.WriteAllText(Path.Combine(root.FullName, name), name);
            // A folder of an earlier sitting is made anew.
            for (var sitting = 0; sitting < 2; sitting++)
            {
                var folder = WithoutAmx.Folder(root.FullName, Path.Combine(root.FullName, "without"));
                Assert.Equal(["libggml-cpu-zen4.so", "libllama.v1.so"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
                Assert.Equal("libllama.v1.so", File.ReadAllText(Path.Combine(folder, "libllama.v1.so")));
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
