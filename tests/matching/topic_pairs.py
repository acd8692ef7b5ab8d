"""What a search by topic should find: tag branches in the deck's real shapes, and pairs for them.

The expected branches were written down from medical knowledge, not from what the code answered.
`TUNED` was looked at while the search was built; `HELD_OUT` was written before it and run at the
end only. A pair is right where the first (or one of five) suggestions is a branch of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from remediation.matching.topics import TopicIndex
from remediation.model.systems import systems_from_name

# A line without blanks in front is a branch; the lines below it are what it holds. A branch with
# "#" behind it numbers what it holds (`01_...`), as these resources do.
_TREES = """
#AK_Step1_v12::#FirstAid::01_Biochemistry::01_Molecular #
  Chromatin_structure Nucleotides De_novo_pyrimidine_and_purine_synthesis
  Purine_salvage_deficiencies Genetic_code_features DNA_replication DNA_repair Mutations_in_DNA
  Lac_operon Start_and_stop_codons Regulation_of_gene_expression RNA_processing_(eukaryotes)
  Alternative_splicing tRNA Protein_synthesis Posttranslational_modifications
#AK_Step1_v12::#FirstAid::01_Biochemistry::02_Cellular #
  Cell_cycle_phases Rough_endoplasmic_reticulum Cell_trafficking Peroxisome Proteasome
  Cytoskeletal_elements Microtubule Cilia_structure Sodium-potassium_pump Collagen
  Collagen_synthesis_and_structure Osteogenesis_imperfecta Ehlers-Danlos_syndrome Menkes_disease
  Elastin
#AK_Step1_v12::#FirstAid::01_Biochemistry::03_Laboratory_techniques #
  Polymerase_chain_reaction CRISPR/Cas9 Blotting_procedures Flow_cytometry Microarrays
  Enzyme-linked_immunosorbent_assay Karyotyping Fluorescence_in_situ_hybridization
  Molecular_cloning
#AK_Step1_v12::#FirstAid::01_Biochemistry::04_Genetics #
  Genetic_terms Population_genetics Disorders_of_imprinting Modes_of_inheritance
  Autosomal_dominant_diseases Autosomal_recessive_diseases Cystic_fibrosis
  X-linked_recessive_disorders Muscular_dystrophies Rett_syndrome Fragile_X_syndrome
  Trinucleotide_repeat_expansion_diseases Autosomal_trisomies Genetic_disorders_by_chromosome
  Robertsonian_translocation Cri-du-chat_syndrome Williams_syndrome
#AK_Step1_v12::#FirstAid::01_Biochemistry::05_Nutrition #
  Essential_fatty_acids Vitamin_A Vitamin_B1 Vitamin_B2 Vitamin_B3 Vitamin_B6 Vitamin_B9
  Vitamin_B12 Vitamin_C Vitamin_D Vitamin_E Vitamin_K Zinc Protein-energy_malnutrition
#AK_Step1_v12::#FirstAid::01_Biochemistry::06_Metabolism #
  Rate-determining_enzymes_of_metabolic_processes Glycolysis_regulation
  Pyruvate_dehydrogenase_complex_deficiency TCA_cycle Electron_transport_chain Gluconeogenesis
  Pentose_phosphate_pathway Glucose-6-phosphate_dehydrogenase_deficiency
  Disorders_of_fructose_metabolism Disorders_of_galactose_metabolism Sorbitol Lactase_deficiency
  Urea_cycle Hyperammonemia Ornithine_transcarbamylase_deficiency Phenylketonuria
  Maple_syrup_urine_disease Alkaptonuria Homocystinuria Cystinuria
  Glycogen_storage_diseases Lysosomal_storage_diseases Fatty_acid_metabolism Ketone_bodies
  Fasted_vs_fed_state Cholesterol_synthesis Lipoprotein_functions Abetalipoproteinemia
  Familial_dyslipidemias
#AK_Step1_v12::#FirstAid::02_Immunology::01_Lymphoid_Structures #
  Lymph_node Spleen Thymus Lymphatic_drainage_associations
#AK_Step1_v12::#FirstAid::02_Immunology::02_Cellular_Components #
  Innate_vs_adaptive_immunity MHC_I_and_II HLA_subtypes_associated_with_diseases
  Natural_killer_cells Positive_and_negative_selection_of_T_cells Regulatory_T_cells
#AK_Step1_v12::#FirstAid::02_Immunology::03_Immune_Responses #
  Antibody_structure_and_function Immunoglobulin_isotypes Complement Complement_disorders
  Important_cytokines Passive_vs_active_immunity Vaccination Hypersensitivity_types
  Blood_transfusion_reactions Autoantibodies Immunodeficiencies Infections_in_immunodeficiency
  Transplant_rejection Graft-versus-host_disease
#AK_Step1_v12::#FirstAid::02_Immunology::04_Immunosuppressants #
  Cyclosporine Tacrolimus Sirolimus Azathioprine Mycophenolate_Mofetil Glucocorticoids
  Recombinant_cytokines_and_uses Therapeutic_antibodies
#AK_Step1_v12::#FirstAid::03_Microbiology::01_Basic_Bacteriology #
  Bacterial_structures Stains Encapsulated_bacteria Catalase-positive_organisms
  Urease-positive_organisms Bacterial_virulence_factors Bacterial_genetics
  Main_features_of_exotoxins_and_endotoxins Bugs_with_exotoxins Endotoxin Spore-forming_bacteria
#AK_Step1_v12::#FirstAid::03_Microbiology::02_Clinical_Bacteriology #
  Staphylococcus_aureus Staphylococcus_epidermidis Staphylococcus_saprophyticus
  Streptococcus_pneumoniae Viridans_group_streptococci Streptococcus_pyogenes_(group_A)
  Streptococcus_agalactiae_(group_B) Enterococci Bacillus_anthracis Bacillus_cereus
  Clostridium_tetani Clostridium_botulinum Clostridium_perfringens Clostridioides_difficile
  Corynebacterium_diphtheriae Listeria_monocytogenes Nocardia_vs_Actinomyces
  Mycobacterium_tuberculosis Leprosy Neisseria Haemophilus_influenzae Bordetella_pertussis
  Brucella Legionella_pneumophila Pseudomonas_aeruginosa Salmonella_vs_Shigella Yersinia
  Lactose-fermenting_enteric_bacteria Escherichia_coli Klebsiella Campylobacter_jejuni
  Vibrio_cholerae Helicobacter_pylori Spirochetes Lyme_disease Leptospira_interrogans Syphilis
  Chlamydiae Rickettsial_diseases_and_vector-borne_illnesses Mycoplasma_pneumoniae
#AK_Step1_v12::#FirstAid::03_Microbiology::03_Mycology #
  Systemic_mycoses Histoplasmosis Blastomycosis Coccidioidomycosis Opportunistic_fungal_infections
  Candida_albicans Aspergillus_fumigatus Cryptococcus_neoformans Mucor_and_Rhizopus
  Pneumocystis_jirovecii Sporothrix_schenckii Tinea
#AK_Step1_v12::#FirstAid::03_Microbiology::04_Parasitology #
  Protozoa_-_GI_infections Giardia Cryptosporidium Toxoplasma_gondii Plasmodium Babesia
  Trypanosoma_cruzi Leishmania Trichomonas_vaginalis Nematodes_(roundworms) Cestodes_(tapeworms)
  Trematodes_(flukes) Schistosoma Ectoparasites
#AK_Step1_v12::#FirstAid::03_Microbiology::05_Virology #
  Viral_structure_-_general_features Viral_genetics DNA_viral_genomes RNA_viral_genomes
  Herpesviruses HSV_identification Rotavirus Influenza_viruses Rubella_virus Measles_virus
  Mumps_virus Rabies_virus Dengue_virus Ebola_virus Zika_virus Severe_acute_respiratory_syndrome
  Hepatitis_viruses Hepatitis_serologic_markers HIV HIV_diagnosis Common_diseases_of_HIV_patients
  Prions
#AK_Step1_v12::#FirstAid::03_Microbiology::06_Systems #
  Normal_flora Bugs_causing_food-borne_illness Bugs_causing_diarrhea Common_causes_of_pneumonia
  Common_causes_of_meningitis Osteomyelitis Urinary_tract_infections Common_vaginal_infections
  ToRCHeS_infections Red_rashes_of_childhood Sexually_transmitted_infections
  Pelvic_inflammatory_disease Healthcare-associated_infections Bug_hints
#AK_Step1_v12::#FirstAid::03_Microbiology::07_Antimicrobials #
  Penicillin_G,_V Penicillinase-sensitive_penicillins Beta-lactamase_inhibitors Cephalosporins
  Carbapenems Aztreonam Vancomycin Aminoglycosides Tetracyclines Chloramphenicol Clindamycin
  Linezolid Macrolides Sulfonamides Trimethoprim Fluoroquinolones Daptomycin Metronidazole
  Antituberculous_drugs Antimicrobial_prophylaxis Amphotericin_B Azoles Echinocandins Acyclovir
  Ganciclovir Oseltamivir HIV_therapy Hepatitis_C_therapy Antimalarials
#AK_Step1_v12::#FirstAid::04_Pathology::01_Cellular_Injury #
  Cellular_adaptations Cell_injury Apoptosis Necrosis Ischemia Free_radical_injury
  Types_of_calcification Lipofuscin Amyloidosis
#AK_Step1_v12::#FirstAid::04_Pathology::02_Inflammation #
  Cardinal_signs_of_inflammation Acute_inflammation Leukocyte_extravasation Wound_healing
  Granulomatous_inflammation Chronic_inflammation Scar_formation
#AK_Step1_v12::#FirstAid::04_Pathology::03_Neoplasia #
  Neoplasia_and_neoplastic_progression Tumor_nomenclature Tumor_grade_vs_stage Cancer_epidemiology
  Paraneoplastic_syndromes Oncogenes Tumor_suppressor_genes Carcinogens Psammoma_bodies
  Serum_tumor_markers Cachexia Common_metastases
#AK_Step1_v12::#FirstAid::05_Pharmacology::01_Pharmacokinetics_and_Pharmacodynamics #
  Enzyme_kinetics Pharmacokinetic_parameters Elimination_of_drugs Drug_metabolism
  Efficacy_vs_potency Receptor_binding Therapeutic_index
#AK_Step1_v12::#FirstAid::05_Pharmacology::02_Autonomic_Drugs #
  Autonomic_receptors G-protein-linked_second_messengers Cholinomimetic_agents
  Anticholinesterase_poisoning Muscarinic_antagonists Sympathomimetics Sympatholytics Alpha-blockers
  Beta-blockers Phosphodiesterase_inhibitors
#AK_Step1_v12::#FirstAid::05_Pharmacology::03_Toxicities_and_Side_Effects #
  Specific_toxicity_treatments Drug_reactions_-_cardiovascular Drug_reactions_-_hematologic
  Cytochrome_P-450_interactions Sulfa_drugs
#AK_Step1_v12::#FirstAid::06_Public_Health_Sciences::01_Epidemiology_and_Biostatistics #
  Observational_studies Clinical_trial Bradford_Hill_criteria Quantifying_risk
  Likelihood_ratio Evaluation_of_diagnostic_tests Precision_vs_accuracy
  Receiver_operating_characteristic_curve Incidence_vs_prevalence Bias_and_study_errors
  Statistical_distribution Statistical_hypothesis_testing Confidence_interval Meta-analysis
  Common_statistical_tests Pearson_correlation_coefficient
#AK_Step1_v12::#FirstAid::06_Public_Health_Sciences::02_Ethics #
  Core_ethical_principles Decision-making_capacity Informed_consent Consent_for_minors
  Advance_directives Confidentiality
#AK_Step1_v12::#FirstAid::06_Public_Health_Sciences::03_Communication_skills #
  Patient-centered_interviewing Motivational_interviewing Delivering_bad_news
  Cultural_formulation_interview
#AK_Step1_v12::#FirstAid::06_Public_Health_Sciences::04_Healthcare_delivery #
  Disease_prevention Medicare_and_Medicaid Hospice_care Quality_improvement Swiss_cheese_model
  Types_of_medical_errors Root_cause_analysis
#AK_Step1_v12::#FirstAid::07_Cardiovascular::01_Embryology #
  Heart_morphogenesis Fetal_circulation Fetal-postnatal_derivatives
#AK_Step1_v12::#FirstAid::07_Cardiovascular::02_Anatomy #
  Anatomy_of_the_heart Coronary_blood_supply
#AK_Step1_v12::#FirstAid::07_Cardiovascular::03_Physiology #
  Cardiac_output_variables Starling_curves Pressure-volume_loops_and_cardiac_cycle Heart_sounds
  Splitting Heart_murmurs Myocardial_action_potential Pacemaker_action_potential Electrocardiogram
  Baroreceptors_and_chemoreceptors Autoregulation Capillary_fluid_exchange
#AK_Step1_v12::#FirstAid::07_Cardiovascular::04_Pathology #
  Congenital_heart_diseases Hypertension Hyperlipidemia_signs Atherosclerosis Aortic_aneurysm
  Aortic_dissection Ischemic_heart_disease_manifestations Evolution_of_myocardial_infarction
  Myocardial_infarction_complications Acute_coronary_syndrome_treatments Atrial_fibrillation
  Ventricular_tachycardia Torsades_de_pointes Wolff-Parkinson-White_syndrome AV_block
  Cardiomyopathies Heart_failure Shock Cardiac_tamponade Bacterial_endocarditis Rheumatic_fever
  Acute_pericarditis Constrictive_pericarditis Myocarditis Vasculitides Cardiac_tumors
  Peripheral_artery_disease
#AK_Step1_v12::#FirstAid::07_Cardiovascular::05_Pharmacology #
  Hypertension_treatment Calcium_channel_blockers Hydralazine Nitrates Lipid-lowering_agents Digoxin
  Antiarrhythmics_-_sodium_channel_blockers_(class_I) Antiarrhythmics_-_beta-blockers_(class_II)
  Antiarrhythmics_-_potassium_channel_blockers_(class_III) Adenosine Ivabradine
#AK_Step1_v12::#FirstAid::08_Endocrine::01_Embryology #
  Thyroid_development
#AK_Step1_v12::#FirstAid::08_Endocrine::03_Physiology #
  Hypothalamic-pituitary_hormones Growth_hormone Antidiuretic_hormone Prolactin Adrenal_steroids
  Cortisol Calcium_homeostasis Parathyroid_hormone Insulin Glucagon Thyroid_hormones
  Signaling_pathways_of_endocrine_hormones
#AK_Step1_v12::#FirstAid::08_Endocrine::04_Pathology #
  Syndrome_of_inappropriate_antidiuretic_hormone_secretion Primary_polydipsia_and_diabetes_insipidus
  Hypopituitarism Acromegaly Hypothyroidism_vs_hyperthyroidism Hypothyroidism Hyperthyroidism
  Thyroid_adenoma Thyroid_cancer Hypoparathyroidism Hyperparathyroidism Diabetes_mellitus
  Hypoglycemia Cushing_syndrome Primary_adrenal_insufficiency Hyperaldosteronism
  Neuroendocrine_tumors Neuroblastoma Pheochromocytoma Multiple_endocrine_neoplasias
  Pancreatic_islet_cell_tumors Carcinoid_tumors Zollinger-Ellison_syndrome Nelson_syndrome
  Congenital_adrenal_hyperplasias
#AK_Step1_v12::#FirstAid::08_Endocrine::05_Pharmacology #
  Diabetes_mellitus_therapy Thionamides Levothyroxine Cinacalcet Hypothalamic/pituitary_drugs
#AK_Step1_v12::#FirstAid::09_Gastrointestinal::01_Embryology #
  Normal_gastrointestinal_embryology Ventral_wall_defects Tracheoesophageal_anomalies
  Intestinal_atresia Hypertrophic_pyloric_stenosis Pancreas_and_spleen_embryology
#AK_Step1_v12::#FirstAid::09_Gastrointestinal::02_Anatomy #
  Retroperitoneal_structures Digestive_tract_histology Gastrointestinal_blood_supply_and_innervation
  Portosystemic_anastomoses Pectinate_line Liver_tissue_architecture Biliary_structures
  Femoral_region Inguinal_canal Hernias
#AK_Step1_v12::#FirstAid::09_Gastrointestinal::03_Physiology #
  Gastrointestinal_regulatory_substances Gastrointestinal_secretory_products
  Pancreatic_secretions Carbohydrate_absorption Bile Bilirubin
#AK_Step1_v12::#FirstAid::09_Gastrointestinal::04_Pathology #
  Salivary_gland_tumors Achalasia Esophageal_pathologies Gastroesophageal_reflux_disease
  Barrett_esophagus Esophageal_cancer Gastritis Gastric_cancer Peptic_ulcer_disease
  Ulcer_complications Celiac_disease Malabsorption_syndromes Inflammatory_bowel_diseases
  Irritable_bowel_syndrome Appendicitis Diverticula_of_the_GI_tract Meckel_diverticulum
  Hirschsprung_disease Malrotation Volvulus Intussusception Acute_mesenteric_ischemia Colonic_polyps
  Colorectal_cancer Cirrhosis_and_portal_hypertension Spontaneous_bacterial_peritonitis
  Reye_syndrome Alcoholic_liver_disease Nonalcoholic_fatty_liver_disease Hepatic_encephalopathy
  Hepatocellular_carcinoma Budd-Chiari_syndrome Alpha-1_antitrypsin_deficiency Jaundice
  Hereditary_hyperbilirubinemias Wilson_disease Hemochromatosis Biliary_tract_disease
  Primary_sclerosing_cholangitis Primary_biliary_cholangitis Cholelithiasis_and_cholecystitis
  Acute_pancreatitis Chronic_pancreatitis Pancreatic_adenocarcinoma
#AK_Step1_v12::#FirstAid::09_Gastrointestinal::05_Pharmacology #
  Acid_suppression_therapy Proton_pump_inhibitors H2-blockers Antacids Sulfasalazine Loperamide
  Ondansetron Metoclopramide Laxatives
#AK_Step1_v12::#FirstAid::10_Hematology_and_Oncology::02_Anatomy #
  Neutrophils Erythrocytes Platelets Macrophages Eosinophils Mast_cells
#AK_Step1_v12::#FirstAid::10_Hematology_and_Oncology::03_Physiology #
  Blood_groups Hemoglobin_electrophoresis Coagulation_and_kinin_pathways Thrombogenesis
  Hemolytic_disease_of_the_newborn
#AK_Step1_v12::#FirstAid::10_Hematology_and_Oncology::04_Pathology #
  RBC_morphology Anemias Microcytic,_hypochromic_anemias Iron_deficiency_anemia Thalassemia
  Lead_poisoning Sideroblastic_anemia Macrocytic_anemias Aplastic_anemia
  Intrinsic_hemolytic_anemias Hereditary_spherocytosis Paroxysmal_nocturnal_hemoglobinuria
  Sickle_cell_anemia Extrinsic_hemolytic_anemias Autoimmune_hemolytic_anemia Leukopenias
  Porphyria_cutanea_tarda Iron_poisoning Coagulation_disorders Platelet_disorders
  Immune_thrombocytopenia Thrombotic_microangiopathies Von_Willebrand_disease
  Disseminated_intravascular_coagulation Hereditary_thrombophilias Blood_transfusion_therapy
  Hodgkin_lymphoma Non-Hodgkin_lymphoma Plasma_cell_dyscrasias Myelodysplastic_syndromes Leukemias
  Chronic_myeloproliferative_disorders Polycythemia Langerhans_cell_histiocytosis
  Tumor_lysis_syndrome Hemophagocytic_lymphohistiocytosis
#AK_Step1_v12::#FirstAid::10_Hematology_and_Oncology::05_Pharmacology #
  Heparin Warfarin Direct_factor_Xa_inhibitors Thrombolytics ADP_receptor_inhibitors Aspirin
  Glycoprotein_IIb/IIIa_inhibitors Antimetabolites Alkylating_agents Anthracyclines
  Microtubule_inhibitors Hydroxyurea Selective_estrogen_receptor_modulators
  Anticancer_monoclonal_antibodies
#AK_Step1_v12::#FirstAid::11_Musculoskeletal,_Skin_and_Connective_Tissue::02_Anatomy #
  Rotator_cuff_muscles Upper_extremity_nerves Brachial_plexus_lesions Wrist_region
  Lower_extremity_nerves Knee_exam Common_knee_conditions Actions_of_hip_muscles
  Signs_of_lumbosacral_radiculopathy Skeletal_muscle_contraction Bone_formation
#AK_Step1_v12::#FirstAid::11_Musculoskeletal,_Skin_and_Connective_Tissue::04_Pathology #
  Overuse_injuries_of_the_elbow Clavicle_fractures Achondroplasia Osteoporosis Osteopetrosis
  Osteomalacia/rickets Paget_disease_of_bone Avascular_necrosis_of_bone Primary_bone_tumors
  Osteoarthritis_vs_rheumatoid_arthritis Gout Calcium_pyrophosphate_deposition_disease
  Systemic_juvenile_idiopathic_arthritis Sjogren_syndrome Septic_arthritis
  Seronegative_spondyloarthritis Systemic_lupus_erythematosus Antiphospholipid_syndrome
  Polymyalgia_rheumatica Fibromyalgia Polymyositis/dermatomyositis Neuromuscular_junction_diseases
  Raynaud_phenomenon Scleroderma
#AK_Step1_v12::#FirstAid::11_Musculoskeletal,_Skin_and_Connective_Tissue::05_Dermatology #
  Skin_layers Dermatologic_macroscopic_terms Pigmented_skin_disorders Common_skin_disorders
  Vascular_tumors_of_skin Skin_infections Cutaneous_mycoses Autoimmune_blistering_skin_disorders
  Lichen_planus Pityriasis_rosea Sunburn Burn_classification Skin_cancer
#AK_Step1_v12::#FirstAid::11_Musculoskeletal,_Skin_and_Connective_Tissue::06_Pharmacology #
  Acetaminophen NSAIDs Leflunomide Bisphosphonates Teriparatide Gout_drugs TNF-alpha_inhibitors
#AK_Step1_v12::#FirstAid::12_Neurology::01_Embryology #
  Neural_development Neural_tube_defects Holoprosencephaly Lissencephaly Chiari_malformation
  Dandy-Walker_malformation Syringomyelia
#AK_Step1_v12::#FirstAid::12_Neurology::02_Anatomy #
  Hypothalamus Thalamus Limbic_system Dopaminergic_pathways Cerebellum Basal_ganglia
  Cerebral_arteries Dural_venous_sinuses Ventricular_system Blood-brain_barrier Cranial_nerves
  Spinal_cord_and_associated_tracts Dermatomes
#AK_Step1_v12::#FirstAid::12_Neurology::04_Pathology #
  Common_brain_lesions Ischemic_brain_disease/stroke Neonatal_intraventricular_hemorrhage
  Intracranial_hemorrhage Effects_of_strokes Diffuse_axonal_injury Aphasia Aneurysms Seizures
  Headaches Movement_disorders Neurodegenerative_disorders Idiopathic_intracranial_hypertension
  Hydrocephalus Multiple_sclerosis Osmotic_demyelination_syndrome Guillain-Barre_syndrome
  Neurocutaneous_disorders Adult_primary_brain_tumors Childhood_primary_brain_tumors
  Herniation_syndromes Spinal_cord_lesions Friedreich_ataxia Brown-Sequard_syndrome
  Cranial_nerve_lesions Facial_nerve_lesions
#AK_Step1_v12::#FirstAid::12_Neurology::05_Otology #
  Auditory_anatomy_and_physiology Diagnosing_hearing_loss Cholesteatoma Vertigo
#AK_Step1_v12::#FirstAid::12_Neurology::06_Ophthalmology #
  Conjunctivitis Refractive_errors Cataract Aqueous_humor_pathway Glaucoma Diabetic_retinopathy
  Retinal_detachment Retinitis_pigmentosa Papilledema Pupillary_control Visual_field_defects
  Age-related_macular_degeneration Central_retinal_artery_occlusion Uveitis
#AK_Step1_v12::#FirstAid::12_Neurology::07_Pharmacology #
  Anticonvulsant_therapy Benzodiazepines Triptans Parkinson_disease_therapy
  Alzheimer_disease_therapy General_anesthetics Neuromuscular_blocking_drugs Local_anesthetics
  Opioid_analgesics
#AK_Step1_v12::#FirstAid::13_Psychiatry::01_Psychology #
  Classical_conditioning Operant_conditioning Ego_defenses
#AK_Step1_v12::#FirstAid::13_Psychiatry::02_Pathology #
  Child_abuse Attention-deficit_hyperactivity_disorder Autism_spectrum_disorder Tourette_syndrome
  Delirium Dissociative_disorders Psychosis Schizophrenia_spectrum_disorders Manic_episode
  Bipolar_disorder Major_depressive_disorder Peripartum_mood_disturbances Grief
  Risk_factors_for_suicide_completion Panic_disorder Phobias Generalized_anxiety_disorder
  Obsessive-compulsive_disorders Trauma_and_stress-related_disorders Personality_disorders
  Malingering Factitious_disorders Somatic_symptom_and_related_disorders Eating_disorders
  Gender_dysphoria Narcolepsy Substance_use_disorder Alcohol_use_disorder Alcohol_withdrawal
  Psychoactive_drug_intoxication_and_withdrawal
#AK_Step1_v12::#FirstAid::13_Psychiatry::03_Pharmacology #
  Antipsychotics Lithium Buspirone Selective_serotonin_reuptake_inhibitors
  Serotonin-norepinephrine_reuptake_inhibitors Serotonin_syndrome Tricyclic_antidepressants
  Monoamine_oxidase_inhibitors Atypical_antidepressants
#AK_Step1_v12::#FirstAid::14_Renal::01_Embryology #
  Kidney_embryology Potter_sequence Horseshoe_kidney Posterior_urethral_valves
  Vesicoureteral_reflux
#AK_Step1_v12::#FirstAid::14_Renal::02_Anatomy #
  Kidney_anatomy_and_glomerular_structure Course_of_ureters
#AK_Step1_v12::#FirstAid::14_Renal::03_Physiology #
  Fluid_compartments Renal_clearance Glomerular_filtration_rate Filtration Nephron_transport
  Renal_tubular_defects Renin-angiotensin-aldosterone_system Juxtaglomerular_apparatus
  Potassium_shifts Electrolyte_disturbances Acid-base_physiology Renal_tubular_acidosis
#AK_Step1_v12::#FirstAid::14_Renal::04_Pathology #
  Casts_in_urine Nephritic_syndrome Nephrotic_syndrome Kidney_stones Hydronephrosis
  Urinary_incontinence Acute_cystitis Pyelonephritis Acute_kidney_injury
  Acute_interstitial_nephritis Acute_tubular_necrosis Renal_papillary_necrosis
  Consequences_of_renal_failure Renal_osteodystrophy
  Renal_cyst_disorders Renal_cell_carcinoma Nephroblastoma Urothelial_carcinoma_of_the_bladder
  Renovascular_disease
#AK_Step1_v12::#FirstAid::14_Renal::05_Pharmacology #
  Diuretics_site_of_action Mannitol Acetazolamide Loop_diuretics Thiazide_diuretics
  Potassium-sparing_diuretics Angiotensin-converting_enzyme_inhibitors
  Angiotensin_II_receptor_blockers
#AK_Step1_v12::#FirstAid::15_Reproductive::01_Embryology #
  Important_genes_of_embryogenesis Teratogens Fetal_alcohol_syndrome Twinning Placenta
  Umbilical_cord Pharyngeal_arch_derivatives Genital_embryology Uterine_(Mullerian_duct)_anomalies
#AK_Step1_v12::#FirstAid::15_Reproductive::03_Physiology #
  Spermatogenesis Estrogen Progesterone Menstrual_cycle Pregnancy Human_chorionic_gonadotropin
  Lactation Menopause Androgens Tanner_stages_of_sexual_development
#AK_Step1_v12::#FirstAid::15_Reproductive::04_Pathology #
  Klinefelter_syndrome Turner_syndrome Androgen_insensitivity_syndrome Kallmann_syndrome
  Hydatidiform_mole Choriocarcinoma Hypertension_in_pregnancy Gynecologic_tumor_epidemiology
  Cervical_pathology Primary_ovarian_insufficiency Polycystic_ovary_syndrome Ovarian_tumors
  Endometrial_conditions Benign_breast_diseases Breast_cancer Priapism Cryptorchidism
  Testicular_torsion Varicocele Testicular_tumors Benign_prostatic_hyperplasia Prostatitis
  Prostatic_adenocarcinoma Placental_disorders Ectopic_pregnancy Postpartum_hemorrhage
  Polyhydramnios Gestational_diabetes
#AK_Step1_v12::#FirstAid::15_Reproductive::05_Pharmacology #
  Leuprolide Hormonal_contraception Tamoxifen Danazol Tocolytics Finasteride Minoxidil
#AK_Step1_v12::#FirstAid::16_Respiratory::01_Embryology #
  Lung_development Congenital_lung_malformations Surfactant Neonatal_respiratory_distress_syndrome
#AK_Step1_v12::#FirstAid::16_Respiratory::03_Physiology #
  Lung_volumes Determination_of_physiologic_dead_space Lung_and_chest_wall
  Oxygen-hemoglobin_dissociation_curve Ventilation/perfusion_mismatch Alveolar_gas_equation
  Carbon_dioxide_transport Response_to_high_altitude Hypoxemia Methemoglobin Cyanide_poisoning
#AK_Step1_v12::#FirstAid::16_Respiratory::04_Pathology #
  Rhinosinusitis Epistaxis Head_and_neck_cancer Deep_venous_thrombosis Pulmonary_emboli
  Flow-volume_loops Obstructive_lung_diseases Asthma Restrictive_lung_diseases
  Sarcoidosis Hypersensitivity_pneumonitis Pneumoconioses Acute_respiratory_distress_syndrome
  Sleep_apnea Pulmonary_hypertension Pleural_effusions Pneumothorax Pneumonia Lung_cancer
  Lung_abscess Pancoast_tumor Superior_vena_cava_syndrome
#AK_Step1_v12::#FirstAid::16_Respiratory::05_Pharmacology #
  H1-blockers Guaifenesin Pulmonary_hypertension_drugs Asthma_drugs
#AK_Step1_v12::#B&B::05_Cardiology::02_Ischemia #
  Cardiac_Ischemia Ischemic_ECG_Changes Cardiac_Enzymes STEMI NSTEMI_and_Unstable_Angina
  Stable_Angina
#AK_Step1_v12::#B&B::05_Cardiology::05_Heart_Failure #
  Heart_Failure_Basics Systolic_and_Diastolic_Heart_Failure Heart_Failure_Treatment
  Restrictive_Cardiomyopathy Hypertrophic_Cardiomyopathy Dilated_Cardiomyopathy
#AK_Step1_v12::#B&B::05_Cardiology::06_Valves #
  Aortic_Stenosis Aortic_Regurgitation Mitral_Stenosis Mitral_Regurgitation Mitral_Valve_Prolapse
#AK_Step1_v12::#B&B::05_Cardiology::09_Congenital #
  Atrial_Septal_Defect Ventricular_Septal_Defect Tetralogy_of_Fallot
  Transposition_of_the_Great_Arteries Coarctation_of_the_Aorta Patent_Ductus_Arteriosus
#AK_Step1_v12::#B&B::09_Renal::03_Acid_Base #
  Acid_Base_Principles Metabolic_Acidosis Metabolic_Alkalosis Respiratory_Acidosis
#AK_Step1_v12::#B&B::09_Renal::04_Electrolytes #
  Hyponatremia Hypernatremia Hypokalemia Hyperkalemia Hypocalcemia Hypercalcemia Hypomagnesemia
#AK_Step1_v12::#B&B::09_Renal::05_Glomerular #
  IgA_Nephropathy Poststreptococcal_Glomerulonephritis Rapidly_Progressive_Glomerulonephritis
  Minimal_Change_Disease Focal_Segmental_Glomerulosclerosis Membranous_Nephropathy
  Alport_Syndrome Goodpasture_Syndrome
#AK_Step1_v12::#B&B::12_Hematology::03_WBC #
  Acute_Lymphoblastic_Leukemia Acute_Myeloid_Leukemia Chronic_Lymphocytic_Leukemia
  Chronic_Myeloid_Leukemia Multiple_Myeloma Waldenstrom_Macroglobulinemia
#AK_Step1_v12::#B&B::12_Hematology::04_Coagulation #
  Hemophilia_A Hemophilia_B TTP HUS Factor_V_Leiden Protein_C_Deficiency
  Heparin-Induced_Thrombocytopenia
#AK_Step1_v12::#B&B::15_Neuro::03_Vascular #
  Subarachnoid_Hemorrhage Subdural_Hematoma Epidural_Hematoma Transient_Ischemic_Attack
  Lacunar_Strokes
#AK_Step1_v12::#B&B::15_Neuro::04_Degenerative #
  Alzheimer_Disease Parkinson_Disease Huntington_Disease Amyotrophic_Lateral_Sclerosis
  Frontotemporal_Dementia Creutzfeldt-Jakob_Disease Normal_Pressure_Hydrocephalus
#AK_Step1_v12::#B&B::18_Pulmonary::02_Pathology #
  COPD Idiopathic_Pulmonary_Fibrosis Pulmonary_Embolism Tuberculosis Bronchiectasis
#AK_Step1_v12::#B&B::20_Repro::04_Pregnancy #
  Placenta_Previa Placental_Abruption Placenta_Accreta Preeclampsia HELLP_Syndrome
  Vasa_Previa Preterm_Labor Premature_Rupture_of_Membranes Shoulder_Dystocia
  Hyperemesis_Gravidarum
#AK_Step1_v12::#B&B::21_Rheumatology #
  Rheumatoid_Arthritis Osteoarthritis Ankylosing_Spondylitis Reactive_Arthritis
  Giant_Cell_Arteritis Takayasu_Arteritis Granulomatosis_with_Polyangiitis Kawasaki_Disease
  Polyarteritis_Nodosa Henoch-Schonlein_Purpura Behcet_Disease
#AK_Step1_v12::#Pathoma::08_Cardiac_Pathology #
  Ischemic_Heart_Disease Congestive_Heart_Failure Congenital_Defects Valvular_Disorders
  Endocarditis Cardiomyopathy Cardiac_Tumors
#AK_Step1_v12::#Pathoma::12_Kidney_and_Urinary_Tract_Pathology #
  Congenital Acute_Renal_Failure Nephrotic_Syndrome Nephritic_Syndrome Urinary_Tract_Infection
  Nephrolithiasis Chronic_Renal_Failure Renal_Neoplasia Lower_Urinary_Tract_Carcinoma
#AK_Step1_v12::#Pathoma::10_Gastrointestinal_Pathology #
  Oral_Cavity Salivary_Gland Esophagus Stomach Small_Bowel Appendix Inflammatory_Bowel_Disease Colon
#AK_Step1_v12::#Pathoma::17_Central_Nervous_System_Pathology #
  Developmental_Anomalies Spinal_Cord_Lesions Meningitis Cerebrovascular_Disease Trauma
  Demyelinating_Disorders Dementia_and_Degenerative_Disorders CNS_Tumors
#AK_Step1_v12::#SketchyMicro::01_Bacteria::01_Gram_Positive_Cocci #
  Staph_aureus Staph_epidermidis Strep_pyogenes Strep_agalactiae Strep_pneumoniae
#AK_Step1_v12::#SketchyPharm::03_Cardiovascular_and_Renal #
  Thiazides Loop_diuretics ACE_inhibitors_and_ARBs Statins Class_I_antiarrhythmics
  Class_III_antiarrhythmics
#AK_Step1_v12::#SketchyPharm::06_Endocrine #
  Insulins Metformin Sulfonylureas SGLT2_inhibitors GLP-1_agonists Thyroid_drugs
#AK_Step1_v12::^Systems::Cardio
  HeartSounds HeartFailure MI AorticDissection DVT CardiogenicShock HypovolemicShock SepticShock
  InfectiveEndocarditis ChestPain
#AK_Step1_v12::^Systems::Pulm
  PE ARDS Asthma COPD LungCancer PulmonaryHypertension ObstructiveSleepApnea CysticFibrosis
#AK_Step1_v12::^Systems::Renal
  AKI CKD SIADH DiabetesInsipidus Nephrolithiasis UTI RenalCellCarcinoma PKD
#AK_Step1_v12::^Systems::GI
  GERD PUD IBD IBS Cirrhosis HepatitisB RectalProlapse ColonCancer UpperGIBleed AcuteCholangitis
#AK_Step1_v12::^Systems::Neuro
  Stroke MS ALS GBS Migraine Meningitis MyastheniaGravis Epilepsy BellPalsy TraumaticBrainInjury
#AK_Step1_v12::^Systems::Endo
  DKA HHS T1DM T2DM GravesDisease HashimotoThyroiditis MEN PCOS Prolactinoma ThyroidStorm
#AK_Step1_v12::^Systems::HemeOnc
  DIC ITP SickleCell IronDeficiency VitaminB12Deficiency VonWillebrandDisease BoneMarrowTransplant
#AK_Step1_v12::^Systems::Psych
  PTSD OCD MDD ADHD GAD Schizophrenia AnorexiaNervosa Delirium OpioidUse ConductDisorder
#AK_Step1_v12::^Systems::MSK
  SLE RA Gout CarpalTunnelSyndrome CompartmentSyndrome ACLTear Osteosarcoma HipFracture
#AK_Step1_v12::^Systems::ID
  HIV TB Malaria CMV EBV VaricellaZoster RockyMountainSpottedFever Sepsis
#AK_Step1_v12::^Systems::Derm
  Psoriasis AtopicDermatitis BasalCellCarcinoma Melanoma BullousPemphigoid PemphigusVulgaris
  StevensJohnsonSyndrome Acne Cellulitis
#AK_Step1_v12::^Systems::OB
  NormalLabor GestationalHTN IUGR FetalHeartTracings PretermLabor PrenatalCare
#AK_Step1_v12::^Systems::Tox
  AcetaminophenOverdose SalicylateToxicity COPoisoning OrganophosphatePoisoning HeatStroke
#AK_Step1_v12::^Systems::Biostats
  NumberNeededToTreat TypeIAndTypeIIErrors LeadTimeBias Confounding CaseControlStudy CohortStudy
  SensitivityAndSpecificity PositivePredictiveValue OddsRatio RelativeRisk
#AK_Step1_v11::^Systems::Cardio
  heart_sounds myocardial_infarction atrial_fibrillation hypertrophic_cardiomyopathy
#AK_Step1_v11::^Systems::Renal
  acute_kidney_injury minimal_change_disease nephrolithiasis hyperkalemia
#AK_Step1_v11::#B&B::20_Repro::pregnancy
  placenta_previa preeclampsia ectopic_pregnancy
"""

# What some notes say; their branches can also be found by such words.
FACTS: dict[str, str] = {
    "Placenta_Previa": "Painless third trimester {{c1::vaginal bleeding}} suggests this.",
    "Aortic_dissection": "Tearing chest pain radiating to the back, {{c1::widened mediastinum}}.",
    "Wilson_disease": "<b>Kayser-Fleischer rings</b> and low {{c1::ceruloplasmin}}.",
    "Multiple_Myeloma": "Rouleaux and {{c1::Bence Jones protein}} in the urine.",
    "Acute_Myeloid_Leukemia": "Blasts with {{c1::Auer rods}}.",
    "Hirschsprung_disease": "Failure to pass {{c1::meconium}} within 48 hours.",
    "Pheochromocytoma": "Episodic headache with raised urine {{c1::metanephrines}}.",
    "Celiac_disease": "Anti-tissue {{c1::transglutaminase}} antibodies.",
}

_CODES = {
    "C": "Cardiovascular System",
    "P": "Pulmonary & Critical Care",
    "R": "Renal, Urinary Systems & Electrolytes",
    "G": "Gastrointestinal & Nutrition",
    "H": "Hematology & Oncology",
    "N": "Nervous System",
    "E": "Endocrine, Diabetes & Metabolism",
    "M": "Rheumatology/Orthopedics & Sports",
    "D": "Dermatology",
    "I": "Infectious Diseases",
    "A": "Allergy & Immunology",
    "F": "Female Reproductive System & Breast",
    "X": "Male Reproductive System",
    "O": "Pregnancy, Childbirth & Puerperium",
    "S": "Psychiatric/Behavioral & Substance Use Disorder",
    "B": "Biostatistics & Epidemiology",
    "L": "Social Sciences (Ethics/Legal/Professional)",
    "T": "Poisoning & Environmental Exposure",
    "Y": "Ophthalmology",
    "U": "Ear, Nose & Throat (ENT)",
    "Q": "Biochemistry (General Principles)",
    "W": "Genetics (General Principles)",
    "V": "Pathology (General Principles)",
    "K": "Pharmacology (General Principles)",
    "Z": "Microbiology (General Principles)",
}

# Words | system's letter above, or nothing | the branch, or several that are equally right.
_TUNED = """
# UWorld's topics, as printed
Placenta previa | O | Placenta_Previa placenta_previa
Hypovolemic shock | H | HypovolemicShock
Hypovolemic shock | C | HypovolemicShock
Rectal prolapse | G | RectalProlapse
Placental abruption | O | Placental_Abruption
Preeclampsia | O | Preeclampsia preeclampsia
Shoulder dystocia | O | Shoulder_Dystocia
Ectopic pregnancy | O | Ectopic_pregnancy ectopic_pregnancy
Gestational diabetes | O | Gestational_diabetes
Postpartum hemorrhage | O | Postpartum_hemorrhage
Hydatidiform mole | O | Hydatidiform_mole
Aortic dissection | C | Aortic_dissection AorticDissection
Aortic stenosis | C | Aortic_Stenosis
Atrial fibrillation | C | Atrial_fibrillation atrial_fibrillation
Hypertrophic cardiomyopathy | C | Hypertrophic_Cardiomyopathy hypertrophic_cardiomyopathy
Infective endocarditis | C | InfectiveEndocarditis
Acute pericarditis | C | Acute_pericarditis
Tetralogy of Fallot | C | Tetralogy_of_Fallot
Patent ductus arteriosus | C | Patent_Ductus_Arteriosus
Coarctation of the aorta | C | Coarctation_of_the_Aorta
Peripheral artery disease | C | Peripheral_artery_disease
Cardiac tamponade | C | Cardiac_tamponade
Pulmonary embolism | P | Pulmonary_Embolism PE Pulmonary_emboli
Asthma | P | Asthma
Sarcoidosis | P | Sarcoidosis
Pneumothorax | P | Pneumothorax
Cystic fibrosis | P | CysticFibrosis
Obstructive sleep apnea | P | ObstructiveSleepApnea
Pleural effusion | P | Pleural_effusions
Lung cancer | P | LungCancer Lung_cancer
Acute respiratory distress syndrome | P | Acute_respiratory_distress_syndrome ARDS
Minimal change disease | R | Minimal_Change_Disease minimal_change_disease
Membranous nephropathy | R | Membranous_Nephropathy
Acute tubular necrosis | R | Acute_tubular_necrosis
Renal cell carcinoma | R | Renal_cell_carcinoma RenalCellCarcinoma
Renal tubular acidosis | R | Renal_tubular_acidosis
Hyperkalemia | R | Hyperkalemia hyperkalemia
Hyponatremia | R | Hyponatremia
Metabolic alkalosis | R | Metabolic_Alkalosis
Urinary incontinence | R | Urinary_incontinence
Diabetes insipidus | R | DiabetesInsipidus
Celiac disease | G | Celiac_disease
Acute pancreatitis | G | Acute_pancreatitis
Chronic pancreatitis | G | Chronic_pancreatitis
Hepatocellular carcinoma | G | Hepatocellular_carcinoma
Hirschsprung disease | G | Hirschsprung_disease
Intussusception | G | Intussusception
Achalasia | G | Achalasia
Wilson disease | G | Wilson_disease
Primary biliary cholangitis | G | Primary_biliary_cholangitis
Primary sclerosing cholangitis | G | Primary_sclerosing_cholangitis
Colorectal polyps and cancer | G | Colorectal_cancer Colonic_polyps ColonCancer
Sickle cell disease | H | Sickle_cell_anemia SickleCell
Iron deficiency anemia | H | Iron_deficiency_anemia
Acute lymphoblastic leukemia | H | Acute_Lymphoblastic_Leukemia
Multiple myeloma | H | Multiple_Myeloma
Hemophilia | H | Hemophilia_A Hemophilia_B
Tumor lysis syndrome | H | Tumor_lysis_syndrome
Hereditary spherocytosis | H | Hereditary_spherocytosis
Hodgkin lymphoma | H | Hodgkin_lymphoma
Multiple sclerosis | N | Multiple_sclerosis MS
Myasthenia gravis | N | MyastheniaGravis
Subarachnoid hemorrhage | N | Subarachnoid_Hemorrhage
Epidural hematoma | N | Epidural_Hematoma
Parkinson disease | N | Parkinson_Disease
Alzheimer disease | N | Alzheimer_Disease
Huntington disease | N | Huntington_Disease
Normal pressure hydrocephalus | N | Normal_Pressure_Hydrocephalus
Guillain-Barré syndrome | N | Guillain-Barre_syndrome GBS
Neural tube defects | N | Neural_tube_defects
Migraine | N | Migraine
Bell palsy | N | BellPalsy
Diabetic ketoacidosis | E | DKA
Cushing syndrome | E | Cushing_syndrome
Primary hyperaldosteronism | E | Hyperaldosteronism
Pheochromocytoma | E | Pheochromocytoma
Graves disease | E | GravesDisease
Thyroid storm | E | ThyroidStorm
Multiple endocrine neoplasia | E | Multiple_endocrine_neoplasias MEN
Polycystic ovary syndrome | F | Polycystic_ovary_syndrome
Turner syndrome | F | Turner_syndrome
Menopause | F | Menopause
Breast cancer | F | Breast_cancer
Testicular torsion | X | Testicular_torsion
Benign prostatic hyperplasia | X | Benign_prostatic_hyperplasia
Rheumatoid arthritis | M | Rheumatoid_Arthritis RA
Systemic lupus erythematosus | M | Systemic_lupus_erythematosus SLE
Ankylosing spondylitis | M | Ankylosing_Spondylitis
Septic arthritis | M | Septic_arthritis
Carpal tunnel syndrome | M | CarpalTunnelSyndrome
Giant cell arteritis | M | Giant_Cell_Arteritis
Bullous pemphigoid | D | BullousPemphigoid
Pemphigus vulgaris | D | PemphigusVulgaris
Stevens-Johnson syndrome | D | StevensJohnsonSyndrome
Basal cell carcinoma | D | BasalCellCarcinoma
Syphilis | I | Syphilis
Lyme disease | I | Lyme_disease
Histoplasmosis | I | Histoplasmosis
Infectious mononucleosis | I | EBV
Rocky Mountain spotted fever | I | RockyMountainSpottedFever
Clostridioides difficile infection | I | Clostridioides_difficile
Schizophrenia | S | Schizophrenia Schizophrenia_spectrum_disorders
Alcohol withdrawal | S | Alcohol_withdrawal
Panic disorder | S | Panic_disorder
Obsessive compulsive disorder | S | OCD Obsessive-compulsive_disorders
Serotonin syndrome | S | Serotonin_syndrome
Anorexia nervosa | S | AnorexiaNervosa
Lead-time bias | B | LeadTimeBias
Case-control study | B | CaseControlStudy
Number needed to treat | B | NumberNeededToTreat
Confidence interval | B | Confidence_interval
Informed consent | L | Informed_consent
Advance directives | L | Advance_directives
Root cause analysis | L | Root_cause_analysis
Carbon monoxide poisoning | T | COPoisoning
Acetaminophen toxicity | T | AcetaminophenOverdose
Salicylate intoxication | T | SalicylateToxicity
Angle-closure glaucoma | Y | Glaucoma
Retinal detachment | Y | Retinal_detachment
Cholesteatoma | U | Cholesteatoma
Phenylketonuria | Q | Phenylketonuria
Maple syrup urine disease | Q | Maple_syrup_urine_disease
Fragile X syndrome | W | Fragile_X_syndrome
Apoptosis | V | Apoptosis
Paraneoplastic syndromes | V | Paraneoplastic_syndromes
Therapeutic index | K | Therapeutic_index
# UWorld's categories
Congenital heart disease | C | Congenital_heart_diseases
Coronary heart disease | C | Ischemic_Heart_Disease Ischemic_heart_disease_manifestations
Valvular heart diseases | C | Valvular_Disorders 06_Valves
Heart failure and shock | C | Heart_failure HeartFailure Shock
Obstructive lung disease | P | Obstructive_lung_diseases
Pulmonary infections | P | Pneumonia
Glomerular diseases | R | 05_Glomerular
Acute kidney injury | R | Acute_kidney_injury AKI acute_kidney_injury
Chronic kidney disease | R | CKD Chronic_Renal_Failure
Nephrolithiasis and urinary tract obstruction | R | Nephrolithiasis nephrolithiasis Kidney_stones
Cystic kidney diseases | R | Renal_cyst_disorders PKD
Biliary tract disorders | G | Biliary_tract_disease
Platelet disorders | H | Platelet_disorders
Plasma cell disorders | H | Plasma_cell_dyscrasias
Hemostasis and thrombosis | H | Coagulation_disorders 04_Coagulation Hereditary_thrombophilias
Cerebrovascular disease | N | Cerebrovascular_Disease
Demyelinating diseases | N | Demyelinating_Disorders
Spinal cord disorders | N | Spinal_cord_lesions Spinal_Cord_Lesions
Tumors of the nervous system | N | CNS_Tumors
Seizures and epilepsy | N | Seizures Epilepsy
Personality disorders | S | Personality_disorders
Eating disorders | S | Eating_disorders
Diabetes mellitus | E | Diabetes_mellitus
Medical ethics and jurisprudence | L | 02_Ethics
Healthcare policy and economics | L | 04_Healthcare_delivery
Transplant medicine | A | Transplant_rejection
Immune deficiencies | A | Immunodeficiencies
Bone tumors and tumor-like lesions | M | Primary_bone_tumors
Amino acids, proteins, and enzymes | Q | Protein_synthesis Enzyme_kinetics
Inflammation and repair | V | 02_Inflammation
Pharmacokinetics | K | 01_Pharmacokinetics_and_Pharmacodynamics Pharmacokinetic_parameters
Mycology | Z | 03_Mycology
# NBME INSIGHTS
Biostat: sensitivity, specificity, predictive values | | SensitivityAndSpecificity
Biostat: incidence/prevalence | | Incidence_vs_prevalence
CNS: cerebrovascular disease | | Cerebrovascular_Disease
GenPrin: gene expression | | Regulation_of_gene_expression
Gastro: disorders of the pancreas: pancreatitis | | Acute_pancreatitis Chronic_pancreatitis
Cardio: heart failure | | Heart_failure HeartFailure
Renal/Urin: nephrotic syndrome | | Nephrotic_syndrome Nephrotic_Syndrome
Resp: asthma | | Asthma
Immune: hypersensitivity | | Hypersensitivity_types
# Abbreviations
MI | C | MI myocardial_infarction
Myocardial infarction | C | myocardial_infarction MI
Acute MI | C | MI myocardial_infarction
DVT | | DVT Deep_venous_thrombosis
deep vein thrombosis | | DVT Deep_venous_thrombosis
SIADH | | SIADH
SIADH | E | Syndrome_of_inappropriate_antidiuretic_hormone_secretion SIADH
Syndrome of inappropriate ADH | E | Syndrome_of_inappropriate_antidiuretic_hormone_secretion
TTP | H | TTP
Thrombotic thrombocytopenic purpura | H | TTP
Hemolytic uremic syndrome | H | HUS
ITP | H | ITP Immune_thrombocytopenia
CML | H | Chronic_Myeloid_Leukemia
CLL | | Chronic_Lymphocytic_Leukemia
ALS | N | ALS Amyotrophic_Lateral_Sclerosis
TIA | N | Transient_Ischemic_Attack
COPD | P | COPD
Chronic obstructive pulmonary disease | P | COPD
IPF | P | Idiopathic_Pulmonary_Fibrosis
RPGN | R | Rapidly_Progressive_Glomerulonephritis
FSGS | R | Focal_Segmental_Glomerulosclerosis
PSGN | R | Poststreptococcal_Glomerulonephritis
ATN | R | Acute_tubular_necrosis
RCC | R | RenalCellCarcinoma Renal_cell_carcinoma
UTI | R | UTI Urinary_Tract_Infection Urinary_tract_infections
GERD | G | GERD Gastroesophageal_reflux_disease
PBC | G | Primary_biliary_cholangitis
IBD | G | IBD Inflammatory_bowel_diseases Inflammatory_Bowel_Disease
MVP | C | Mitral_Valve_Prolapse
VSD | C | Ventricular_Septal_Defect
WPW | C | Wolff-Parkinson-White_syndrome
HOCM | C | Hypertrophic_Cardiomyopathy hypertrophic_cardiomyopathy
PCOS | F | PCOS Polycystic_ovary_syndrome
PPROM | O | Premature_Rupture_of_Membranes
PTSD | S | PTSD
Major depressive disorder | S | Major_depressive_disorder MDD
G6PD deficiency | H | Glucose-6-phosphate_dehydrogenase_deficiency
NNT | B | NumberNeededToTreat
PPV | B | PositivePredictiveValue
ROC curve | B | Receiver_operating_characteristic_curve
PCR | | Polymerase_chain_reaction
ELISA | | Enzyme-linked_immunosorbent_assay
ACE inhibitors | R | Angiotensin-converting_enzyme_inhibitors ACE_inhibitors_and_ARBs
SSRIs | S | Selective_serotonin_reuptake_inhibitors
TCA overdose | S | Tricyclic_antidepressants
BPH | X | Benign_prostatic_hyperplasia
SLE | M | SLE Systemic_lupus_erythematosus
GPA | M | Granulomatosis_with_Polyangiitis
# Both spellings
Haemophilia A | H | Hemophilia_A
Oesophageal cancer | G | Esophageal_cancer
Coeliac disease | G | Celiac_disease
Iron deficiency anaemia | H | Iron_deficiency_anemia
Subdural haematoma | N | Subdural_Hematoma
Cardiac tumours | C | Cardiac_tumors Cardiac_Tumors
Leukaemias | H | Leukemias
Hypocalcaemia | R | Hypocalcemia
Rhinosinusitis | U | Rhinosinusitis
Pre-eclampsia | O | Preeclampsia preeclampsia
# As students write
placenta praevia | | Placenta_Previa placenta_previa
failure, heart | C | Heart_failure HeartFailure
murmur | C | Heart_murmurs
heart murmurs | | Heart_murmurs
crohn's disease | G | Inflammatory_bowel_diseases IBD Inflammatory_Bowel_Disease
kidney stones | R | Kidney_stones Nephrolithiasis nephrolithiasis
beta blockers | | Beta-blockers Antiarrhythmics_-_beta-blockers_(class_II)
von willebrand | H | Von_Willebrand_disease VonWillebrandDisease
T2DM | E | T2DM
type 2 diabetes | E | T2DM
type 1 diabetes | E | T1DM
PULMONARY HYPERTENSION | P | PulmonaryHypertension Pulmonary_hypertension
renal physiology | | 03_Physiology
cardiac embryology | | 01_Embryology
painless third trimester bleeding | O | Placenta_Previa
kayser fleischer rings | G | Wilson_disease
staph aureus | I | Staph_aureus Staphylococcus_aureus
strep pneumo | I | Strep_pneumoniae Streptococcus_pneumoniae
c diff | I | Clostridioides_difficile
TB | I | TB Mycobacterium_tuberculosis
vitamin b12 deficiency | H | VitaminB12Deficiency
brain tumors in adults | N | Adult_primary_brain_tumors
stroke | N | Stroke Ischemic_brain_disease/stroke
# Cut off, as on the page
Syndrome of inappropriate antidiu... | E | Syndrome_of_inappropriate_antidiuretic_hormone_secretion
Attention-deficit hyperactivit... | S | ADHD Attention-deficit_hyperactivity_disorder
Rapidly progressive glomerulon... | R | Rapidly_Progressive_Glomerulonephritis
"""

_HELD_OUT = """
# UWorld's topics and categories
Mitral regurgitation | C | Mitral_Regurgitation
Ventricular septal defect | C | Ventricular_Septal_Defect
Cardiogenic shock | C | CardiogenicShock
Myocarditis | C | Myocarditis
Cardiac arrhythmias | C | Atrial_fibrillation Ventricular_tachycardia atrial_fibrillation
Bronchiectasis | P | Bronchiectasis
Idiopathic pulmonary fibrosis | P | Idiopathic_Pulmonary_Fibrosis
Pneumoconiosis | P | Pneumoconioses
Tuberculosis | P | Tuberculosis
Acute interstitial nephritis | R | Acute_interstitial_nephritis
Posterior urethral valves | R | Posterior_urethral_valves
Nephritic syndrome | R | Nephritic_syndrome Nephritic_Syndrome
Neoplasms of the kidneys and urinary tract | R | Renal_Neoplasia
Hypokalemia | R | Hypokalemia
Spontaneous bacterial peritonitis | G | Spontaneous_bacterial_peritonitis
Peptic ulcer disease | G | PUD Peptic_ulcer_disease
Hemochromatosis | G | Hemochromatosis
Acute cholangitis | G | AcuteCholangitis
Pyloric stenosis | G | Hypertrophic_pyloric_stenosis
Polycythemia vera | H | Polycythemia
Disseminated intravascular coagulation | H | DIC Disseminated_intravascular_coagulation
Aplastic anemia | H | Aplastic_anemia
Transfusion medicine | H | Blood_transfusion_therapy
Chronic lymphocytic leukemia | H | Chronic_Lymphocytic_Leukemia
Friedreich ataxia | N | Friedreich_ataxia
Idiopathic intracranial hypertension | N | Idiopathic_intracranial_hypertension
Traumatic brain injuries | N | TraumaticBrainInjury
Amyotrophic lateral sclerosis | N | Amyotrophic_Lateral_Sclerosis ALS
Thyroid cancer | E | Thyroid_cancer
Primary adrenal insufficiency | E | Primary_adrenal_insufficiency
Hyperosmolar hyperglycemic state | E | HHS
Compartment syndrome | M | CompartmentSyndrome
Polymyalgia rheumatica | M | Polymyalgia_rheumatica
Gout | M | Gout
Atopic dermatitis | D | AtopicDermatitis
Coccidioidomycosis | I | Coccidioidomycosis
Malaria | I | Malaria
Antimicrobial drugs | I | 07_Antimicrobials
Bipolar disorder | S | Bipolar_disorder
Delirium | S | Delirium
Cervical intraepithelial neoplasia | F | Cervical_pathology
Cryptorchidism | X | Cryptorchidism
Premature rupture of membranes | O | Premature_Rupture_of_Membranes
Confounding | B | Confounding
Study design and interpretation | B | Observational_studies CohortStudy Clinical_trial
Motivational interviewing | L | Motivational_interviewing
Organophosphate poisoning | T | OrganophosphatePoisoning
Age-related macular degeneration | Y | Age-related_macular_degeneration
Homocystinuria | Q | Homocystinuria
Free radical injury | V | Free_radical_injury
# Abbreviations, spellings, students' words
ASD | C | Atrial_Septal_Defect
PDA | C | Patent_Ductus_Arteriosus
DKA | E | DKA
GBS | N | GBS Guillain-Barre_syndrome
HIT | H | Heparin-Induced_Thrombocytopenia
AML | H | Acute_Myeloid_Leukemia
HCC | G | Hepatocellular_carcinoma
OSA | P | ObstructiveSleepApnea Sleep_apnea
NSAID | M | NSAIDs
ADHD | S | ADHD Attention-deficit_hyperactivity_disorder
Autoimmune haemolytic anaemia | H | Autoimmune_hemolytic_anemia
Hypercalcaemia | R | Hypercalcemia
phaeochromocytoma | E | Pheochromocytoma
coarctation | C | Coarctation_of_the_Aorta
regurgitation aortic | C | Aortic_Regurgitation
auer rods | H | Acute_Myeloid_Leukemia
Endo: thyroid disorders: hypothyroidism | | Hypothyroidism
Skin/Subq: melanoma | | Melanoma
Transposition of the great art... | C | Transposition_of_the_Great_Arteries
statin | C | Statins
"""

# Not in the branches above, or nothing a student would mean: none may be sure.
ABSENT: tuple[tuple[str, str], ...] = (
    ("asdf qwer", ""),
    ("lorem ipsum dolor", ""),
    ("page 12", ""),
    ("???", ""),
    ("42", ""),
    ("the of and", ""),
    ("miscellaneous", "Cardiovascular System"),
    ("disease", ""),
    ("syndrome", ""),
    ("review again", ""),
    ("read the question", ""),
    ("changed my answer", ""),
    ("silly mistake", ""),
    ("Whipple procedure", "Gastrointestinal & Nutrition"),
    ("Moyamoya disease", "Nervous System"),
    ("Erysipelas", "Dermatology"),
    ("Tularemia", "Infectious Diseases"),
    ("Nephrogenic systemic fibrosis", "Renal, Urinary Systems & Electrolytes"),
    ("Chagas", ""),
    ("Peyronie disease", "Male Reproductive System"),
    ("Alopecia areata", "Dermatology"),
    ("Dupuytren contracture", "Rheumatology/Orthopedics & Sports"),
    ("Otosclerosis", "Ear, Nose & Throat (ENT)"),
    ("Keratoconus", "Ophthalmology"),
    ("Frostbite", "Poisoning & Environmental Exposure"),
    ("Caplan syndrome", "Pulmonary & Critical Care"),
    ("Pellagra skin findings in the desert", ""),
    ("Takotsubo", "Cardiovascular System"),
    ("Felty syndrome", "Rheumatology/Orthopedics & Sports"),
    ("Hyperthyroidism in cats", ""),
    ("Congenital and developmental anomalies", ""),
    ("Normal structure and function", ""),
    ("Primary hypertension of the moon", ""),
)


@dataclass(frozen=True)
class Pair:
    """What is looked for, the system as printed ("" where unknown), and the right names."""

    words: str
    system: str
    expected: frozenset[str]

    def is_answer(self, branch: str) -> bool:
        """Whether a branch has one of the right names, the numbers before it aside."""
        leaf = branch.split("::")[-1].casefold()
        expected = {name.casefold() for name in self.expected}
        return leaf in expected or re.sub(r"^\d+_", "", leaf) in expected


def _pairs(lines: str) -> tuple[Pair, ...]:
    found = []
    for line in lines.strip().splitlines():
        if not line.startswith("#"):
            words, code, expected = (cell.strip() for cell in line.split("|"))
            found.append(Pair(words, _CODES[code] if code else "", frozenset(expected.split())))
    return tuple(found)


TUNED = _pairs(_TUNED)
HELD_OUT = _pairs(_HELD_OUT)


def branches() -> tuple[str, ...]:
    """Every tag of the trees above, as on a note."""
    tags: list[str] = []
    parent, numbered, number = "", False, 0
    for line in _TREES.strip().splitlines():
        if not line.startswith(" "):
            parent, _, mark = line.partition(" ")
            numbered, number = mark == "#", 0
            continue
        for leaf in line.split():
            number += 1
            tags.append(f"{parent}::{number:02}_{leaf}" if numbered else f"{parent}::{leaf}")
    return tuple(tags)


def rows() -> Iterator[tuple[int, str, str]]:
    """Two notes for each tag, with question ids and other tags around it as in the deck."""
    for position, tag in enumerate(branches()):
        leaf = re.sub(r"^\d+_", "", tag.split("::")[-1])
        for number in range(2):
            note_id = 1_000_000 + 2 * position + number
            around = f"#AK_Step1_v12::#UWorld::Step::{note_id % 20_000} #AK_Step1_v12::#NBME::16"
            text = FACTS.get(leaf, "") if number == 0 else f"Fact {number} of this page."
            yield note_id, f" {around} {tag} #AK_Step1_v12::#Low/HighYield::1-HighYield ", text


def quality(index: TopicIndex, pairs: tuple[Pair, ...]) -> tuple[float, float]:
    """The share of pairs whose first suggestion is right, and of those with a right one in five."""
    first = in_five = 0
    for pair in pairs:
        systems = systems_from_name(pair.system)
        found = index.find(pair.words, systems[0] if len(systems) == 1 else None, 5)
        right = [pair.is_answer(candidate.branch) for candidate in found]
        first += right[:1] == [True]
        in_five += any(right)
    return first / len(pairs), in_five / len(pairs)
