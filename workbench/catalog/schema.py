"""The lake's tables. Column names follow the JUMP metadata schema (`Metadata_*`) where it has one.

DuckLake has no keys and no checks: ids come from us, uniqueness is tested inside the locked write.
Tables are append-only; a correction is a new row. Only `workbench data remove` deletes, in one transaction.
"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "dataset": """dataset VARCHAR NOT NULL, title VARCHAR, modality VARCHAR, licence VARCHAR, source VARCHAR,
        citation VARCHAR, units VARCHAR, controls VARCHAR, readout VARCHAR, n_rows BIGINT, n_features BIGINT,
        sha256 VARCHAR, simulated BOOLEAN, bundled BOOLEAN, imported_at TIMESTAMP, quality VARCHAR""",
    "gene": """Metadata_Symbol VARCHAR NOT NULL, Metadata_NCBI_Gene_ID BIGINT, title VARCHAR, aliases VARCHAR[],
        dataset VARCHAR""",
    "compound": """Metadata_InChIKey VARCHAR NOT NULL, Metadata_JCP2022 VARCHAR, Metadata_SMILES VARCHAR,
        Metadata_Name VARCHAR, aliases VARCHAR[], pubchem_cid BIGINT, targets VARCHAR[], mechanisms VARCHAR[],
        dataset VARCHAR""",
    "context": """context_id VARCHAR NOT NULL, cell_line VARCHAR, time_h DOUBLE, medium VARCHAR""",
    "perturbation": """perturbation_id VARCHAR NOT NULL, dataset VARCHAR NOT NULL, kind VARCHAR, Metadata_Name VARCHAR,
        genes VARCHAR[], compounds VARCHAR[], dose_um DOUBLE[], Metadata_pert_type VARCHAR, annotations VARCHAR""",
    "plate": """dataset VARCHAR NOT NULL, Metadata_Source VARCHAR, Metadata_Batch VARCHAR, Metadata_Plate VARCHAR,
        Metadata_PlateType VARCHAR""",
    "well": """well_id VARCHAR NOT NULL, dataset VARCHAR NOT NULL, Metadata_Source VARCHAR, Metadata_Batch VARCHAR,
        Metadata_Plate VARCHAR, Metadata_Well VARCHAR, Metadata_JCP2022 VARCHAR, Metadata_pert_type VARCHAR,
        perturbation_id VARCHAR, context_id VARCHAR, is_control BOOLEAN, control_type VARCHAR, cell_count BIGINT,
        annotations VARCHAR""",
    "feature": """dataset VARCHAR NOT NULL, i_feature INTEGER, feature VARCHAR, Metadata_Symbol VARCHAR, unit VARCHAR,
        kind VARCHAR""",
    "profile": """well_id VARCHAR NOT NULL, dataset VARCHAR NOT NULL, vector FLOAT[]""",
    "response": """dataset VARCHAR NOT NULL, perturbation_id VARCHAR, context_id VARCHAR, n INTEGER, n_controls INTEGER,
        agreement DOUBLE, delta DOUBLE[], standard_error DOUBLE[]""",
    "image": """dataset VARCHAR NOT NULL, image_id VARCHAR, Metadata_Plate VARCHAR, Metadata_Well VARCHAR, site VARCHAR,
        perturbation_id VARCHAR, channels VARCHAR[], height INTEGER, width INTEGER, file VARCHAR, sha256 VARCHAR,
        annotations VARCHAR""",
    "embedding": """image_sha256 VARCHAR NOT NULL, weights_sha256 VARCHAR NOT NULL, pooling VARCHAR, vector FLOAT[],
        created_at TIMESTAMP""",
    "map": """map_id VARCHAR NOT NULL, dataset VARCHAR, title VARCHAR, entity_kind VARCHAR, recipe VARCHAR,
        recipe_hash VARCHAR, snapshot BIGINT, simulated BOOLEAN, quality VARCHAR, created_at TIMESTAMP""",
    "map_point": """map_id VARCHAR NOT NULL, i_entity INTEGER, perturbation_id VARCHAR, label VARCHAR, x FLOAT, y FLOAT,
        n_replicates INTEGER, agreement DOUBLE, p DOUBLE, q DOUBLE, columns VARCHAR, vector FLOAT[]""",
    "molecule": """Metadata_InChIKey VARCHAR NOT NULL, Metadata_SMILES VARCHAR, mapped_smiles VARCHAR, formula VARCHAR,
        weight DOUBLE, charge INTEGER, n_atoms INTEGER, name VARCHAR""",
    "ensemble": """ensemble_id VARCHAR NOT NULL, Metadata_InChIKey VARCHAR, mapped_smiles VARCHAR, name VARCHAR,
        engine VARCHAR, seed BIGINT, n_conformers INTEGER, energy_model VARCHAR, report VARCHAR, person VARCHAR,
        created_at TIMESTAMP""",
    "conformer": """ensemble_id VARCHAR NOT NULL, i_conformer INTEGER, positions FLOAT[], energy DOUBLE, weight DOUBLE,
        converged BOOLEAN, stereo_ok BOOLEAN, rmsd FLOAT[]""",
    "network_edge": """network VARCHAR NOT NULL, dataset VARCHAR, source VARCHAR, target VARCHAR, directed BOOLEAN,
        sign INTEGER, weight DOUBLE, evidence VARCHAR""",
    "gene_set": """collection VARCHAR NOT NULL, dataset VARCHAR, gene_set VARCHAR, accession VARCHAR,
        Metadata_Symbol VARCHAR""",
    "split": """dataset VARCHAR NOT NULL, split VARCHAR, unit VARCHAR, role VARCHAR, seed BIGINT""",
    "prediction": """prediction_id VARCHAR NOT NULL, task VARCHAR, perturbation_id VARCHAR, perturbation VARCHAR,
        context_id VARCHAR, context VARCHAR, readouts VARCHAR[], delta DOUBLE[], low DOUBLE[], high DOUBLE[],
        level DOUBLE, baseline DOUBLE[], baseline_name VARCHAR, verdict VARCHAR, verdict_reason VARCHAR,
        domain_score DOUBLE, model_version VARCHAR, model_name VARCHAR, snapshot BIGINT, code_version VARCHAR,
        details VARCHAR, person VARCHAR, created_at TIMESTAMP""",
    "metric": """subject VARCHAR NOT NULL, subject_kind VARCHAR, suite VARCHAR, metric VARCHAR, stratum VARCHAR,
        value DOUBLE, low DOUBLE, high DOUBLE, n BIGINT, reference VARCHAR, details VARCHAR, created_at TIMESTAMP""",
    "reject": """dataset VARCHAR, file VARCHAR, row_number BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR,
        rejected_at TIMESTAMP""",
}


ROW_GROUP = 16_384  # a row may hold a whole profile: DuckDB's 122,880 of them a row group fill a laptop's memory


def statements() -> list[str]:
    """What creates the tables of the whole lake."""
    create = [f"CREATE TABLE IF NOT EXISTS lake.{name} ({columns})" for name, columns in TABLES.items()]
    return [f"CALL lake.set_option('parquet_row_group_size', {ROW_GROUP})", *create]
