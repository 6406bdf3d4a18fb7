namespace Causeway.EngineBench;

/// <summary>What `--help` says.</summary>
internal static class Help
{
    public const string Text = """
        Measures the embedded engine beside llama.cpp, and the masks of constrained decoding. Needs Linux on x64 and npm; bench/engine.sh
        builds it and fills in --models, --tokenizer and --out.

        USAGE
          bench/engine.sh [options]            everything, a quarter of an hour: leave the machine alone meanwhile
          bench/engine.sh masks [options]      masks only

        options
          --small                35 M weights instead of 473 M: to see that it works, nothing is written
          --only Q8_0,F16        of Q8_0, Q4_0, F16, BF16, Q4_K, Q6_K
          --engines causeway     of llama.cpp, causeway and, on a processor with AMX, llama.cpp-without-amx; with --keep the others may be
                                 measured in another sitting
          --batches 1,4,8        sequences at once
          --contexts 0,512       tokens that stand before what is decoded
          --threads N            all cores
          --rounds 2             turns that the engines take with each file, a process each
          --repetitions 2        clean ones wanted of each figure in a turn; up to 2 N + 2 are tried
          --steps 24             tokens of each sequence in a repetition
          --keep FILE            adds to the repetitions kept there and reports all: for a machine that is quiet for minutes only
          --out FILE             also write the report there
          --schemas FOLDER       measure masks too. Files of MaskBench: maskbench/data of github.com/guidance-ai/jsonschemabench

        masks
          --schemas FOLDER       as above
          --tokenizer FOLDER     with tokenizer.json; Qwen 3's of 150,000 tokens
          --every 10             every tenth schema only

        """;
}
